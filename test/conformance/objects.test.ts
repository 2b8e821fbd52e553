import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQL } from 'bun';
import { followChanges } from '../../src/adapters/postgres/changes/follow-changes.ts';
import { directorySource, SqliteAdminStore } from '../../src/adapters/sqlite/object-store.ts';
import { StoreThread } from '../../src/adapters/sqlite/store-thread.ts';
import type { DirectoryChange } from '../../src/ports/access/directory-source.ts';
import type { Declared, DeclaredRow } from '../../src/ports/store/object-questions.ts';
import { adminStoreSuite } from '../support/admin-store-suite.ts';
import { missingProgram, type Service, startPostgres } from '../support/services.ts';
import { eventually, makeTables, PostgresNode } from './postgres-objects.ts';

adminStoreSuite('SQLite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-objects-'));
  const thread = await StoreThread.open(directory);
  return {
    store: new SqliteAdminStore(thread),
    source: directorySource(thread),
    close: async () => {
      await thread.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});

const missing = await missingProgram('postgres');
if (missing !== undefined) test.skip(`objects in PostgreSQL: ${missing}`, () => undefined);
else {
  adminStoreSuite('PostgreSQL', async () => {
    const service = await startPostgres();
    const node = new PostgresNode(await makeTables(service.url), 'one');
    return {
      store: node.store,
      source: node.source,
      close: async () => {
        await node.close();
        await service.stop();
      },
    };
  });

  describe('objects that nodes share', () => {
    let service: Service;
    let url: string;
    let one: PostgresNode;
    let two: PostgresNode;
    let owner: SQL;
    const heard: DirectoryChange[] = [];

    beforeAll(async () => {
      service = await startPostgres();
      url = await makeTables(service.url);
      one = new PostgresNode(url, 'one');
      two = new PostgresNode(url, 'two');
      owner = new SQL(service.url, { max: 1 });
      await two.feed.catchUp();
      two.source.follow((change) => heard.push(change));
      for (const id of ['one', 'two'])
        await owner.unsafe('INSERT INTO sluice.node VALUES ($1, 1, $2)', [id, Date.now()]);
    }, 60_000);
    afterAll(async () => {
      for (const node of [one, two]) await node.close();
      await owner.close();
      await service.stop();
    });

    const outcomes = async (works: readonly Promise<unknown>[]): Promise<readonly string[]> =>
      (await Promise.allSettled(works))
        .map((end) => (end.status === 'fulfilled' ? 'done' : String((end.reason as { code?: unknown }).code)))
        .toSorted();

    test('two nodes that make, change or name the same thing at once: one is done, the other is told what SQLite would tell', async () => {
      const both = <Result>(work: (node: PostgresNode, name: string) => Promise<Result>) =>
        outcomes([one, two, one, two].map((node, index) => work(node, String(index))));
      expect(await both((node) => node.store.of('default').create({ kind: 'team', id: 'same', data: {} }))).toEqual([
        'conflict',
        'conflict',
        'conflict',
        'done',
      ]);
      expect(
        await both((node, name) =>
          node.store.of('default').create({ kind: 'team', id: `t${name}`, alias: 'web', data: {} }),
        ),
      ).toEqual(['conflict', 'conflict', 'conflict', 'done']);
      expect(
        await both((node) =>
          node.store.of('default').update({ kind: 'team', id: 'same', data: {}, expectedRevision: 1 }),
        ),
      ).toEqual(['done', 'precondition_failed', 'precondition_failed', 'precondition_failed']);
      expect(
        await both((node, name) =>
          node.store.of('default').create({ kind: 'key', id: `h${name}`, hash: 'taken', data: { shown: '' } }),
        ),
      ).toEqual(['conflict', 'conflict', 'conflict', 'done']);
      const made = await Promise.all(
        [one, two].map((node, index) =>
          node.store.of('default').create({
            kind: 'user',
            id: `i${index}`,
            data: {},
            idempotency: { key: 'once', digest: 'd' },
          }),
        ),
      );
      expect(new Set(made.map(({ object }) => object.id)).size).toBe(1);
      expect(made.map(({ repeated }) => repeated).toSorted()).toEqual([false, true]);
    });

    test('what one node writes the other hears of, each object once and as it is now, and a removed key as gone', async () => {
      await two.feed.catchUp();
      heard.length = 0;
      const objects = one.store.of('default');
      await objects.create({ kind: 'key', id: 'k', hash: 'hk', data: { shown: 'a' } });
      await objects.update({ kind: 'key', id: 'k', data: { shown: 'b' } });
      await two.feed.catchUp();
      expect(heard).toEqual([
        {
          kind: 'written',
          object: { orgId: 'default', kind: 'key', id: 'k', origin: 'database', data: '{"shown":"b"}' },
          hashes: [{ hash: 'hk', orgId: 'default', keyId: 'k' }],
          sealed: [],
        },
      ]);
      await objects.remove('key', 'k');
      await two.feed.catchUp();
      expect(heard.at(-1)).toEqual({ kind: 'removed', object: { orgId: 'default', kind: 'key', id: 'k' } });
    });

    test('its own changes a node hears of at once, and not a second time', async () => {
      await two.feed.catchUp();
      heard.length = 0;
      await two.store.of('default').create({ kind: 'tag', id: 'own', data: {} });
      expect(heard.length).toBe(1);
      await two.feed.catchUp();
      expect(heard.length).toBe(1);
    });

    test('a node that follows hears when the database tells, also after its connection was cut', async () => {
      const three = new PostgresNode(url, 'three');
      await three.feed.catchUp();
      const following = followChanges(three.feed, { listener: new SQL(url, { max: 1 }), failed: () => undefined });
      const hears = (id: string): Promise<void> =>
        new Promise((resolve) => {
          three.source.follow((change) => {
            if (change.kind === 'written' && change.object.id === id) resolve();
          });
        });
      const first = hears('told');
      await one.store.of('default').create({ kind: 'tag', id: 'told', data: {} });
      await first;
      await owner.unsafe("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'served'");
      const second = hears('told again');
      await eventually(() => one.store.of('default').create({ kind: 'tag', id: 'told again', data: {} }));
      await second;
      await following.stop();
      await three.close();
    }, 20_000);

    test('a node that was away for longer than changes are kept reads everything again, and then goes on', async () => {
      await two.feed.catchUp();
      heard.length = 0;
      await one.store.of('default').create({ kind: 'tag', id: 'missed', data: {} });
      await owner.unsafe('DELETE FROM sluice.change');
      await one.store.of('default').create({ kind: 'tag', id: 'later', data: {} });
      const everything = new Promise<DirectoryChange>((resolve) => two.source.follow(resolve));
      await two.feed.catchUp();
      const all = await everything;
      expect(
        all.kind === 'everything' &&
          all.snapshot.objects
            .map(({ id }) => id)
            .filter((id) => /missed|later/.test(id))
            .toSorted(),
      ).toEqual(['later', 'missed']);
      await one.store.of('default').create({ kind: 'tag', id: 'next', data: {} });
      await two.feed.catchUp();
      const last = heard.at(-1);
      expect(last?.kind === 'written' && last.object.id).toBe('next');
    });

    const declare = (node: PostgresNode, objects: readonly DeclaredRow[]): Promise<Declared> =>
      node.ask('objects.declare', { objects }) as Promise<Declared>;
    const tag = (id: string, description?: string): DeclaredRow => ({
      orgId: 'default',
      kind: 'tag',
      id,
      data: description === undefined ? {} : { metadata: { description } },
    });
    const fileTags = async (): Promise<readonly string[]> =>
      (await one.store.of('default').list({ kind: 'tag', limit: 99 })).objects
        .filter(({ origin }) => origin === 'file')
        .map(({ id, data }) => `${id} ${JSON.stringify(data)}`);

    test('nodes with different files do not fight: the file that came last is in force, and what the other declares stays', async () => {
      expect(await declare(one, [tag('a'), tag('b')])).toEqual({ written: 2, removed: 0 });
      expect(await declare(two, [tag('b', 'new'), tag('c')])).toEqual({ written: 2, removed: 0, pending: true });
      const both = ['a {}', 'b {"metadata":{"description":"new"}}', 'c {}'];
      expect(await fileTags()).toEqual(both);
      // Starts again with the former file.
      expect(await declare(one, [tag('a'), tag('b')])).toEqual({ written: 0, removed: 0, pending: true });
      expect(await fileTags()).toEqual(both);
      // The upgrade reaches this node too.
      expect(await declare(one, [tag('b', 'new'), tag('c')])).toEqual({ written: 0, removed: 1 });
      expect(await fileTags()).toEqual(both.slice(1));
      // Back to the former file, node by node: it holds when the last one has it.
      expect(await declare(one, [tag('a'), tag('b')])).toMatchObject({ written: 0, pending: true });
      expect(await declare(two, [tag('a'), tag('b')])).toEqual({ written: 2, removed: 1 });
      expect(await fileTags()).toEqual(['a {}', 'b {}']);
    });

    test('a node that is no more keeps nothing of its file', async () => {
      await declare(two, [tag('d')]);
      await owner.unsafe("UPDATE sluice.node SET heartbeat_ms = 0 WHERE id = 'one'");
      expect(await declare(two, [tag('d')])).toEqual({ written: 0, removed: 2 });
      expect(await fileTags()).toEqual(['d {}']);
      expect(await declare(two, [])).toEqual({ written: 0, removed: 1 });
    });

    test('a transaction of one organisation sees no row of another, even in a statement that does not ask for it', async () => {
      await one.store.of('other').create({ kind: 'organisation', id: 'other', data: {} });
      await one.store.of('other').create({ kind: 'key', id: 'theirs', hash: 'their hash', data: { shown: '' } });
      const seen = (orgId: string | undefined, table: string): Promise<readonly string[]> =>
        one.sql.begin(async (sql) => {
          if (orgId !== undefined) await sql.unsafe("SELECT set_config('sluice.org_id', $1, true)", [orgId]);
          const rows = (await sql.unsafe(`SELECT DISTINCT org_id FROM sluice.${table} ORDER BY 1`)) as readonly {
            readonly org_id: string;
          }[];
          return rows.map(({ org_id }) => org_id);
        });
      for (const table of ['object', 'key_hash']) {
        expect(await seen('default', table)).toEqual(['default']);
        expect(await seen('other', table)).toEqual(['other']);
        expect(await seen('*', table)).toEqual(['default', 'other']);
        expect(await seen(undefined, table)).toEqual([]);
      }
      const written = one.sql.begin(async (sql) => {
        await sql.unsafe("SELECT set_config('sluice.org_id', 'default', true)");
        await sql.unsafe("INSERT INTO sluice.key_hash (hash, org_id, key_id) VALUES ('x', 'other', 'theirs')");
      });
      await expect(written).rejects.toThrow('row-level security');
    });

    test('every table with an organisation in it has a policy, for its owner too', async () => {
      const bare = (await owner.unsafe(`
        SELECT c.relname AS name FROM information_schema.columns i
        JOIN pg_class c ON c.oid = format('%I.%I', i.table_schema, i.table_name)::regclass
        WHERE i.table_schema = 'sluice' AND i.column_name = 'org_id' AND i.table_name <> 'change'
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))`)) as readonly unknown[];
      expect(bare.length).toBe(0);
    });
  });
}
