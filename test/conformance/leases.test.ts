import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { SQL, type TransactionSQL } from 'bun';
import { type LeaseContext, listOf } from '../../src/adapters/postgres/leases/lease-context.ts';
import { leaseRules } from '../../src/adapters/postgres/leases/lease-rules.ts';
import { moveFromLeases } from '../../src/adapters/postgres/leases/move-from-leases.ts';
import { leases } from '../../src/adapters/postgres/migrations/0004-leases.ts';
import { leaseOperations } from '../../src/adapters/postgres/nouns/leases.ts';
import type { LeaseOrder, LeaseRequest } from '../../src/core/ledger/leases/grant-leases.ts';
import { missingProgram, type Service, startPostgres } from '../support/services.ts';

const missing = await missingProgram('postgres');
if (missing !== undefined) test.skip(`leases on PostgreSQL: ${missing}`, () => undefined);

const order = (wanted: Partial<LeaseOrder> = {}): LeaseOrder => ({
  orgId: 'o',
  counter: 'o/key:k/day@1',
  limitNanoUsd: 10_000n,
  keepNanoUsd: 0n,
  returns: true,
  stock: false,
  ...wanted,
});

describe.skipIf(missing !== undefined)('leases on PostgreSQL', () => {
  let service: Service;
  let sql: SQL;

  beforeAll(async () => {
    service = await startPostgres();
    sql = new SQL(service.url, { max: 8, bigint: true });
    await sql.unsafe('CREATE SCHEMA sluice');
    await sql.unsafe(
      `CREATE TABLE sluice.counter (org_id text, counter_id text, settled_nano_usd bigint NOT NULL DEFAULT 0,
         held_nano_usd bigint NOT NULL DEFAULT 0, PRIMARY KEY (org_id, counter_id))`,
    );
    await sql.unsafe(leases.sql).simple();
  }, 60_000);

  afterAll(async () => {
    await sql?.close();
    await service?.stop();
  });

  beforeEach(async () => {
    await sql.unsafe('TRUNCATE sluice.counter, sluice.lease, sluice.lease_node');
  });

  const atomically = <R>(orgId: string, work: (sql: TransactionSQL) => Promise<R>): Promise<R> =>
    sql.begin(async (transaction) => {
      await transaction.unsafe("SELECT set_config('sluice.org_id', $1, true)", [orgId]);
      return work(transaction);
    });
  const nodeOf = (id: string, epoch = 1): LeaseContext => ({ atomically, node: { id, epoch } });

  const joined = async (id: string, epoch = 1): Promise<LeaseContext> => {
    const node = nodeOf(id, epoch);
    await leaseOperations['leases.join'](node, {});
    return node;
  };

  const take = (node: LeaseContext, request: LeaseRequest) =>
    leaseOperations['leases.take'](node, { request, nodes: 1 });

  const asks = (sequence: number, nanoUsd: bigint, wanted: Partial<LeaseOrder> = {}): LeaseRequest => ({
    sequence,
    orders: [order(wanted)],
    needs: [[{ at: 0, nanoUsd }]],
  });

  /** As the journal of a node is read: the charge is settled, and what a lease had for it is no longer held. */
  const charge = (nodeId: string, id: string, nanoUsd: bigint): Promise<void> =>
    atomically('*', async (transaction) => {
      await transaction.unsafe(
        `INSERT INTO sluice.counter (org_id, counter_id, settled_nano_usd) SELECT * FROM jsonb_to_recordset(($1::text)::jsonb) AS c(o text, i text, n bigint)
           ON CONFLICT (org_id, counter_id) DO UPDATE SET settled_nano_usd = counter.settled_nano_usd + excluded.settled_nano_usd`,
        [listOf([{ o: 'o', i: id, n: nanoUsd }])],
      );
      await moveFromLeases(transaction, nodeId, [{ orgId: 'o', id, nanoUsd }]);
    });

  const standing = async (id = order().counter) =>
    (await leaseOperations['leases.read'](nodeOf('reader'), { counters: [{ orgId: 'o', id }] }))[0];

  test('what is leased is held until it is charged, and what is charged twice what was leased is settled all the same', async () => {
    const node = await joined('a');
    expect((await take(node, asks(1, 600n)))[0]).toMatchObject({ grantedNanoUsd: 600n, heldNanoUsd: 600n });
    await charge('a', order().counter, 400n);
    expect(await standing()).toMatchObject({ settledNanoUsd: 400n, heldNanoUsd: 200n });
    await charge('a', order().counter, 800n);
    expect(await standing()).toMatchObject({ settledNanoUsd: 1200n, heldNanoUsd: 0n });
  });

  test('many connections at once take no more than there is', async () => {
    const nodes = await Promise.all(['a', 'b', 'c', 'd'].map((id) => joined(id)));
    const answers = await Promise.all(
      nodes.flatMap((node) =>
        Array.from({ length: 8 }, (_, at) =>
          take(node, { ...asks(at + 1, 700n), orders: [order({ counter: `${at % 2}`, returns: false })] }),
        ),
      ),
    );
    for (const id of ['0', '1']) {
      const row = await standing(id);
      expect(Number(row?.heldNanoUsd)).toBeLessThanOrEqual(10_000);
      expect(Number(row?.heldNanoUsd)).toBeGreaterThanOrEqual(2800);
    }
    expect(answers).toHaveLength(32);
  });

  test('nodes that take, are charged and give back at once keep to the limit, and what is held is what leases have left', async () => {
    const nodes = await Promise.all(['a', 'b', 'c'].map((id) => joined(id)));
    const live = async (node: LeaseContext): Promise<bigint> => {
      let charged = 0n;
      for (let sequence = 1; sequence <= 25; sequence++) {
        const needed = BigInt(50 + ((sequence * 37) % 400));
        const [stands] = await take(node, asks(sequence, needed, { keepNanoUsd: charged, stock: sequence % 2 === 0 }));
        if (stands === undefined || stands.grantedNanoUsd < charged + needed) continue;
        await charge(node.node.id, order().counter, needed);
        charged += needed;
      }
      return charged;
    };
    const charged = (await Promise.all(nodes.map(live))).reduce((sum, each) => sum + each, 0n);
    const row = await standing();
    expect(row?.settledNanoUsd).toBe(charged);
    expect(Number(charged)).toBeLessThanOrEqual(10_000);
    expect(Number(charged)).toBeGreaterThan(9000);
    const [left] = await atomically('*', (transaction) =>
      transaction.unsafe(
        'SELECT sum(greatest(granted_nano_usd - used_nano_usd, 0))::bigint AS "left" FROM sluice.lease',
      ),
    );
    expect(row?.heldNanoUsd).toBe(left.left);
    for (const node of nodes) await leaseOperations['leases.leave'](node, {});
    expect((await standing())?.heldNanoUsd).toBe(0n);
  });

  test('a request that comes twice is carried out once', async () => {
    const node = await joined('a');
    await take(node, asks(1, 600n));
    expect((await take(node, asks(1, 600n)))[0]).toMatchObject({ grantedNanoUsd: 600n, heldNanoUsd: 600n });
  });

  test('a node that starts again gives back what its earlier life had left', async () => {
    await take(await joined('a'), asks(1, 600n));
    await charge('a', order().counter, 100n);
    await joined('a', 2);
    expect(await standing()).toMatchObject({ settledNanoUsd: 100n, heldNanoUsd: 0n });
  });

  test('a process that was replaced takes nothing and is told', async () => {
    const old = await joined('a');
    await joined('a', 2);
    await expect(take(old, asks(1, 600n))).rejects.toThrow('Another process has taken over');
    await expect(leaseOperations['leases.confirm'](old, {})).rejects.toThrow('Another process has taken over');
  });

  test('a silent node loses its leases after its time, and is told when it comes back', async () => {
    const silent = await joined('a');
    const other = await joined('b');
    await take(silent, asks(1, 600n));
    expect(await leaseOperations['leases.expire'](other, { afterMs: 60_000 })).toEqual([]);
    expect(await leaseOperations['leases.expire'](other, { afterMs: -1000 })).toEqual(['a']);
    expect((await standing())?.heldNanoUsd).toBe(0n);
    expect(await leaseOperations['leases.confirm'](silent, {})).toMatchObject({ lost: 1, nodes: 2 });
    // It goes on with what its calls keep: that is covered first.
    expect((await take(silent, asks(2, 10n, { keepNanoUsd: 600n })))[0]).toMatchObject({
      grantedNanoUsd: 610n,
      heldNanoUsd: 610n,
    });
  });

  const broken = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const [rule, counts] of Object.entries(leaseRules)) {
      const [row] = await atomically('*', (transaction) => transaction.unsafe(counts));
      if (row.count !== 0n) found.push(rule);
    }
    return found;
  };

  test('a check finds what counters hold for no lease, and leases of nobody', async () => {
    const node = await joined('a');
    await take(node, asks(1, 600n));
    await charge('a', order().counter, 100n);
    expect(await broken()).toEqual([]);
    await sql.unsafe(`UPDATE sluice.lease_node SET epoch = 2`);
    expect(await broken()).toEqual(['a lease belongs to a life of a node that is over']);
    await sql.unsafe(`DELETE FROM sluice.lease_node`);
    expect(await broken()).toEqual(['a lease belongs to no node']);
    await sql.unsafe(`DELETE FROM sluice.lease`);
    expect(await broken()).toEqual(['a counter holds something else than its leases have left']);
  });

  test('leases of windows that are over are let go of, but not while something is left of them', async () => {
    const node = await joined('a');
    await take(node, asks(1, 600n));
    await leaseOperations['leases.drop'](node, { counters: [{ orgId: 'o', id: order().counter }] });
    expect((await standing())?.heldNanoUsd).toBe(600n);
    await charge('a', order().counter, 600n);
    await leaseOperations['leases.drop'](node, { counters: [{ orgId: 'o', id: order().counter }] });
    expect(await sql.unsafe('SELECT * FROM sluice.lease')).toHaveLength(0);
  });

  test('an operator gives up a node that never comes back', async () => {
    await take(await joined('a'), asks(1, 600n));
    const operator = nodeOf('operator');
    expect(await leaseOperations['leases.holders'](operator, {})).toMatchObject([{ nodeId: 'a', leftNanoUsd: 600n }]);
    expect(await leaseOperations['leases.forget'](operator, { nodeId: 'a' })).toBe(true);
    expect((await standing())?.heldNanoUsd).toBe(0n);
    expect(await leaseOperations['leases.forget'](operator, { nodeId: 'a' })).toBe(false);
  });
});
