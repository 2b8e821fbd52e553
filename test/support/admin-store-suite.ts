import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { GatewayError } from '../../src/core/errors/gateway-error.ts';
import type { DirectoryChange, DirectorySource } from '../../src/ports/access/directory-source.ts';
import type { AdminStore, ObjectRepository } from '../../src/ports/admin-store.ts';

export interface OpenedAdminStore {
  readonly store: AdminStore;
  readonly source: DirectorySource;
  close(): Promise<void>;
}

/** The error's code, and the field it names. */
const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: GatewayError) => `${error.code} ${error.detail?.param ?? '-'}`,
  );

/** What every store of objects must do, whatever database it has. */
export const adminStoreSuite = (name: string, open: () => Promise<OpenedAdminStore>): void => {
  describe(`objects in ${name}`, () => {
    let opened: OpenedAdminStore;
    let objects: ObjectRepository;
    const changes: DirectoryChange[] = [];

    beforeAll(async () => {
      opened = await open();
      objects = opened.store.of('default');
      opened.source.follow((change) => changes.push(change));
    });
    afterAll(() => opened.close());

    const key = (id: string, more: object = {}) =>
      ({ kind: 'key', id, hash: `hash-${id}`, data: { shown: 'sk-…', ...more } }) as const;

    test('what is made can be read, listed, changed by its revision and removed', async () => {
      const { object } = await objects.create({ kind: 'team', id: 'tm_1', alias: 'web', data: { models: ['*'] } });
      expect(object).toMatchObject({ orgId: 'default', id: 'tm_1', alias: 'web', revision: 1, origin: 'database' });
      expect(await objects.get('team', 'tm_1')).toEqual(object);
      const changed = await objects.update({ kind: 'team', id: 'tm_1', alias: null, data: {}, expectedRevision: 1 });
      expect(changed).toMatchObject({ revision: 2, data: {} });
      expect(changed.alias).toBeUndefined();
      expect(await refusalOf(objects.update({ kind: 'team', id: 'tm_1', data: {}, expectedRevision: 1 }))).toBe(
        'precondition_failed if-match',
      );
      await objects.remove('team', 'tm_1');
      expect(await objects.get('team', 'tm_1')).toBeUndefined();
      expect(await refusalOf(objects.remove('team', 'tm_1'))).toBe('not_found -');
    });

    test('every version of a config is kept, newest first, page by page, also over its removal', async () => {
      const made = { kind: 'config', id: 'pc-1' } as const;
      await objects.create({ ...made, data: { config: { provider: 'a' } } });
      await objects.update({ ...made, alias: 'main', data: { config: { provider: 'b' } } });
      await objects.update({ ...made, data: { config: { provider: 'c' } } });
      const page = await objects.versions({ ...made, limit: 2 });
      expect(page.versions.map(({ revision, alias, data }) => [revision, alias, data.config['provider']])).toEqual([
        [3, 'main', 'c'],
        [2, 'main', 'b'],
      ]);
      const rest = await objects.versions({ ...made, limit: 2, before: page.next ?? 0 });
      expect([rest.versions.map(({ revision }) => revision), rest.next]).toEqual([[1], undefined]);
      await objects.remove('config', 'pc-1');
      await objects.create({ ...made, data: { config: { provider: 'd' } } });
      const again = await objects.versions({ ...made, limit: 9 });
      expect(again.versions.map(({ revision }) => revision)).toEqual([5, 3, 2, 1]);
      expect((await opened.store.of('other').versions({ ...made, limit: 9 })).versions).toEqual([]);
    });

    test('two of a kind never share an id or an alias; a removed one gives its names free', async () => {
      await objects.create({ kind: 'user', id: 'u1', alias: 'ann', data: {} });
      expect(await refusalOf(objects.create({ kind: 'user', id: 'u1', data: {} }))).toBe('conflict id');
      expect(await refusalOf(objects.create({ kind: 'user', id: 'u2', alias: 'ann', data: {} }))).toBe(
        'conflict alias',
      );
      await objects.create({ kind: 'team', id: 'u1', alias: 'ann', data: {} });
      await objects.remove('user', 'u1');
      const again = await objects.create({ kind: 'user', id: 'u1', alias: 'ann', data: {} });
      expect(again.object.revision).toBe(3);
    });

    test('what a document names must exist, and stays as long as the document does', async () => {
      expect(await refusalOf(objects.create(key('k_0', { team_id: 'nowhere' })))).toBe('invalid_request team_id');
      await objects.create({ kind: 'team', id: 'tm_2', data: {} });
      await objects.create(key('k_1', { team_id: 'tm_2' }));
      const refused = await objects.remove('team', 'tm_2').catch((error: Error) => error.message);
      expect(refused).toContain('key k_1');
      await objects.update({ kind: 'key', id: 'k_1', data: { shown: '' } });
      await objects.remove('team', 'tm_2');
    });

    test('nothing of a refused change stays', async () => {
      expect(await refusalOf(objects.create(key('k_2', { user_id: 'nobody' })))).toBe('invalid_request user_id');
      expect(await objects.get('key', 'k_2')).toBeUndefined();
      expect(await opened.store.findHash('hash-k_2')).toBeUndefined();
      expect(changes.some((change) => change.kind !== 'everything' && change.object.id === 'k_2')).toBe(false);
    });

    test('organisations see nothing of each other, and one that holds something stays', async () => {
      const other = opened.store.of('other');
      expect(await refusalOf(other.create({ kind: 'team', id: 't', data: {} }))).toBe('not_found -');
      await other.create({ kind: 'organisation', id: 'other', alias: 'Other', data: {} });
      await other.create({ kind: 'team', id: 't', data: {} });
      expect(await objects.get('team', 't')).toBeUndefined();
      expect(await refusalOf(objects.create(key('k_9', { team_id: 't' })))).toBe('invalid_request team_id');
      expect(await refusalOf(other.remove('organisation', 'other'))).toBe('conflict -');
      await other.remove('team', 't');
      const { objects: all } = await opened.store.organisations({ limit: 10 });
      expect(all.map(({ id }) => id)).toEqual(['default', 'other']);
      await other.remove('organisation', 'other');
      expect(await refusalOf(objects.remove('organisation', 'default'))).toBe('conflict -');
    });

    test('pages follow each other without a gap, with filters', async () => {
      await objects.create({ kind: 'team', id: 'tm_3', data: {} });
      for (const number of [1, 2, 3, 4, 5])
        await objects.create(key(`p_${number}`, number % 2 === 1 ? { team_id: 'tm_3' } : {}));
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await objects.list({
          kind: 'key',
          limit: 2,
          names: { team: 'tm_3' },
          ...(after === undefined ? {} : { after }),
        });
        found.push(...page.objects.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(found).toEqual(['p_1', 'p_3', 'p_5']);
    });

    test('a creation under the same Idempotency-Key is made once, and refused for other words', async () => {
      const asked = { ...key('i_1'), idempotency: { key: 'one', digest: 'd', seed: 's' } };
      expect((await objects.create(asked)).repeated).toBe(false);
      const again = await objects.create({ ...asked, id: 'i_2', hash: 'other' });
      expect(again).toMatchObject({ repeated: true, seed: 's', object: { id: 'i_1' } });
      const other = { ...asked, id: 'i_3', idempotency: { key: 'one', digest: 'e' } };
      expect(await refusalOf(objects.create(other))).toBe('conflict idempotency-key');
    });

    test('a rotated key keeps its former secret for the grace period only, and a removed one none', async () => {
      await objects.create(key('r_1'));
      const graceUntilMs = Date.now() + 60_000;
      await objects.addHash({ id: 'r_1', hash: 'second', shown: 'sk-2', graceUntilMs });
      const last = changes.at(-1);
      expect(
        last?.kind === 'written' && [...last.hashes].sort((one, other) => (one.hash < other.hash ? -1 : 1)),
      ).toEqual([
        { hash: 'hash-r_1', orgId: 'default', keyId: 'r_1', expiresMs: graceUntilMs },
        { hash: 'second', orgId: 'default', keyId: 'r_1' },
      ]);
      await objects.addHash({ id: 'r_1', hash: 'third', shown: 'sk-3', graceUntilMs: 0 });
      expect(await opened.store.findHash('second')).toBeUndefined();
      expect((await opened.store.findHash('third'))?.data.shown).toBe('sk-3');
      expect(await refusalOf(objects.create({ ...key('r_2'), hash: 'third' }))).toBe('conflict key');
      await objects.remove('key', 'r_1');
      expect(await opened.store.findHash('third')).toBeUndefined();
      expect(changes.at(-1)).toEqual({ kind: 'removed', object: { orgId: 'default', kind: 'key', id: 'r_1' } });
    });

    test('what stands in the config file is changed there only', async () => {
      await objects.create({ kind: 'tag', id: 'f', origin: 'file', data: {} });
      expect(await refusalOf(objects.update({ kind: 'tag', id: 'f', data: {} }))).toBe('owned_by_file -');
      expect(await refusalOf(objects.remove('tag', 'f'))).toBe('owned_by_file -');
    });

    test('a snapshot holds what is there, and nothing that is gone', async () => {
      const { objects: all, hashes } = await opened.source.snapshot();
      expect(all.some(({ id }) => id === 'p_3')).toBe(true);
      expect(all.some(({ id }) => id === 'r_1' || id === 'tm_1')).toBe(false);
      expect(hashes.some(({ keyId }) => keyId === 'r_1')).toBe(false);
      expect(opened.source.readable()).toBe(true);
      const odd = all.find(({ id }) => id === 'f');
      expect(odd).toEqual({ orgId: 'default', kind: 'tag', id: 'f', origin: 'file', data: '{}' });
    });
  });
};
