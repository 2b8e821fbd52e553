import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQL, type TransactionSQL } from 'bun';
import { type OpenedLedger, openLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { systemClock } from '../../src/adapters/memory/system-clock.ts';
import { type LeaseContext, listOf } from '../../src/adapters/postgres/leases/lease-context.ts';
import { leaseSource } from '../../src/adapters/postgres/leases/lease-source.ts';
import { moveFromLeases } from '../../src/adapters/postgres/leases/move-from-leases.ts';
import { leases } from '../../src/adapters/postgres/migrations/0004-leases.ts';
import { leaseOperations } from '../../src/adapters/postgres/nouns/leases.ts';
import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import { Books } from '../../src/core/ledger/books.ts';
import type { Budget } from '../../src/core/ledger/budget.ts';
import { readJournalRecord } from '../../src/core/ledger/journal-record.ts';
import { readJournal } from '../../src/core/ledger/read-journal.ts';
import { recoverOpen } from '../../src/core/ledger/recover.ts';
import { missingProgram, type Service, startPostgres } from '../support/services.ts';

const missing = await missingProgram('postgres');
if (missing !== undefined) test.skip(`budgets of several nodes on PostgreSQL: ${missing}`, () => undefined);

const limitNanoUsd = 1_000_000n;
const budget = (id: string): Budget => ({
  id: `o/key:${id}/lifetime`,
  scope: `key:${id}`,
  limitNanoUsd,
  window: { kind: 'lifetime' },
  timeZone: 'UTC',
  soft: false,
});
const counterOf = (id: string): string => `${budget(id).id}@lifetime`;

describe.skipIf(missing !== undefined)('budgets of several nodes on PostgreSQL', () => {
  let service: Service;
  let sql: SQL;
  const folders: string[] = [];

  beforeAll(async () => {
    service = await startPostgres();
    sql = new SQL(service.url, { max: 12, bigint: true });
    await sql.unsafe('CREATE SCHEMA sluice');
    await sql.unsafe(
      `CREATE TABLE sluice.counter (org_id text, counter_id text, settled_nano_usd bigint NOT NULL DEFAULT 0,
         held_nano_usd bigint NOT NULL DEFAULT 0, PRIMARY KEY (org_id, counter_id))`,
    );
    await sql.unsafe('CREATE TABLE sluice.entry (entry_id text PRIMARY KEY, nano_usd bigint)');
    await sql.unsafe(leases.sql).simple();
  }, 60_000);

  afterAll(async () => {
    await sql?.close();
    await service?.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  const atomically = <R>(orgId: string, work: (sql: TransactionSQL) => Promise<R>): Promise<R> =>
    sql.begin(async (transaction) => {
      await transaction.unsafe("SELECT set_config('sluice.org_id', $1, true)", [orgId]);
      return work(transaction);
    });

  /** Reads a journal from its beginning: entries are written once, and only those that were new are charged. */
  const read = async (nodeId: string, directory: string, recovers: boolean): Promise<void> => {
    const folder = join(directory, 'journal');
    const names = readdirSync(folder).sort();
    const books = new Books();
    const ends = new Map<string, { readonly counters: readonly string[]; readonly nanoUsd: bigint }>();
    const counters = new Map<string, readonly string[]>();
    for (const { frames } of readJournal(names.map((name) => ({ name, bytes: readFileSync(join(folder, name)) }))))
      for (const { text } of frames) {
        const record = readJournalRecord(text);
        if (record === undefined || record.kind === 'fact' || record.kind === 'synced') continue;
        books.apply(record);
        if (record.kind === 'held') counters.set(record.attemptId, record.counters);
        if (record.kind === 'settled' || record.kind === 'estimated')
          ends.set(record.attemptId, { counters: counters.get(record.attemptId) ?? [], nanoUsd: record.nanoUsd });
      }
    const open = recovers ? books.openAttempts() : [];
    const left = open.map(({ record, state, meteredNanoUsd }) => ({
      attemptId: record.attemptId,
      state,
      meteredNanoUsd,
    }));
    for (const { attemptId, nanoUsd } of recoverOpen(left, 0))
      ends.set(attemptId, { counters: counters.get(attemptId) ?? [], nanoUsd });
    await atomically('*', async (transaction) => {
      const fresh = (await transaction.unsafe(
        `INSERT INTO sluice.entry SELECT * FROM jsonb_to_recordset(($1::text)::jsonb) AS e(entry_id text, nano_usd bigint)
           ON CONFLICT DO NOTHING RETURNING entry_id AS id`,
        [listOf([...ends].map(([id, { nanoUsd }]) => ({ entry_id: id, nano_usd: nanoUsd })))],
      )) as readonly { readonly id: string }[];
      const sums = new Map<string, bigint>();
      for (const { id } of fresh)
        for (const counter of ends.get(id)?.counters ?? [])
          sums.set(counter, (sums.get(counter) ?? 0n) + (ends.get(id)?.nanoUsd ?? 0n));
      const charges = [...sums].sort().map(([id, nanoUsd]) => ({ orgId: 'o', id, nanoUsd }));
      await transaction.unsafe(
        `INSERT INTO sluice.counter (org_id, counter_id, settled_nano_usd)
           SELECT "orgId", id, "nanoUsd" FROM jsonb_to_recordset(($1::text)::jsonb) AS c("orgId" text, id text, "nanoUsd" bigint)
           ON CONFLICT (org_id, counter_id) DO UPDATE SET settled_nano_usd = counter.settled_nano_usd + excluded.settled_nano_usd`,
        [listOf(charges)],
      );
      await moveFromLeases(transaction, nodeId, charges);
    });
  };

  const open = (id: string, epoch: number, directory: string): Promise<OpenedLedger> => {
    const node: LeaseContext = { atomically, node: { id, epoch } };
    return openLedger({
      directory,
      store: {
        begin: async () => {
          if (epoch > 1) await read(id, directory, true);
          return { counters: [], nextSegment: epoch };
        },
        fold: () => read(id, directory, false),
      },
      clock: systemClock,
      shared: {
        leaseMs: 60_000,
        keepMs: 600_000,
        source: leaseSource((name, input) => {
          const run = leaseOperations[name] as (context: LeaseContext, input: unknown) => Promise<never>;
          return run(node, input);
        }),
      },
      syncFirst: false,
      passed: () => undefined,
      foldFailed: () => undefined,
      writeFailed: () => undefined,
    });
  };

  const folderOf = (id: string): string => {
    const folder = mkdtempSync(join(tmpdir(), `sluice-${id}-`));
    folders.push(folder);
    return folder;
  };

  let attempts = 0;
  /** One call; answers how it ended. */
  const call = async (
    { ledger }: OpenedLedger,
    key: string,
    {
      nanoUsd,
      share = 100n,
      ends = true,
    }: { readonly nanoUsd: bigint; readonly share?: bigint; readonly ends?: boolean },
  ): Promise<GatewayError['code'] | 'passed'> => {
    const id = `a${++attempts}`;
    const at = { exchangeId: id, orgId: 'o', target: 'p/m', priceVersion: 'v', scopes: [], budgets: [budget(key)] };
    const ask = { ...at, attemptId: id, nanoUsd, inputNanoUsd: nanoUsd / 2n };
    try {
      await ledger.ready(ask);
      const hold = ledger.reserve(ask);
      hold.sent();
      await Bun.sleep(1);
      if (ends) hold.settle({ nanoUsd: (nanoUsd * share) / 100n, source: 'provider' });
      return 'passed';
    } catch (error) {
      if (error instanceof GatewayError) return error.code;
      throw error;
    }
  };

  const standing = async (id: string) => {
    const node: LeaseContext = { atomically, node: { id: 'reader', epoch: 1 } };
    return (await leaseOperations['leases.read'](node, { counters: [{ orgId: 'o', id: counterOf(id) }] }))[0];
  };

  test('three nodes spend one budget to its end and not beyond, and all refuse from then on', async () => {
    const nodes = await Promise.all(['n1', 'n2', 'n3'].map((id) => open(id, 1, folderOf(id))));
    const ends = await Promise.all(
      nodes.flatMap((node) =>
        Array.from({ length: 10 }, async () => {
          const seen: string[] = [];
          for (let turn = 0; turn < 25; turn++) seen.push(await call(node, 'k1', { nanoUsd: 3000n, share: 90n }));
          return seen;
        }),
      ),
    );
    const passed = ends.flat().filter((end) => end === 'passed').length;
    expect(new Set(ends.flat())).toEqual(new Set(['passed', 'budget_exceeded']));
    expect(BigInt(passed) * 2700n).toBeLessThanOrEqual(limitNanoUsd);
    expect(passed).toBeGreaterThan(360);
    for (const node of nodes) expect(await call(node, 'k1', { nanoUsd: 300_000n })).toBe('budget_exceeded');
    for (const node of nodes) await node.close();
    expect(await standing('k1')).toMatchObject({ settledNanoUsd: BigInt(passed) * 2700n, heldNanoUsd: 0n });
  }, 60_000);

  test('a node that dies keeps what its calls may have cost, and gives back the rest when it comes again', async () => {
    const folder = folderOf('n4');
    const dies = await open('n4', 1, folder);
    const other = await open('n5', 1, folderOf('n5'));
    for (let turn = 0; turn < 50; turn++) await call(dies, 'k2', { nanoUsd: 3000n });
    for (let turn = 0; turn < 5; turn++) await call(dies, 'k2', { nanoUsd: 4000n, ends: false });
    let passed = 0;
    while ((await call(other, 'k2', { nanoUsd: 3000n })) === 'passed') passed++;
    const during = await standing('k2');
    expect(during === undefined ? 0n : during.settledNanoUsd + during.heldNanoUsd).toBeLessThanOrEqual(limitNanoUsd);
    // What was open is charged its input.
    const again = await open('n4', 2, folder);
    expect(await call(again, 'k2', { nanoUsd: 3000n })).toBe('passed');
    for (const node of [again, other, dies]) await node.close();
    const spent = 50n * 3000n + 5n * 2000n + BigInt(passed + 1) * 3000n;
    expect(await standing('k2')).toMatchObject({ settledNanoUsd: spent, heldNanoUsd: 0n });
  }, 60_000);
});
