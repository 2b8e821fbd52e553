import { Database } from 'bun:sqlite';
import { afterEach, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LedgerRecord, writeJournalRecord } from '../../../core/ledger/journal-record.ts';
import { folderStorage } from '../../ledger/journal-storage.ts';
import { JournalWriter } from '../../ledger/journal-writer.ts';
import { migrations } from '../migrations/index.ts';
import { openDatabase } from '../open-database.ts';
import { StoreThread } from '../store-thread.ts';
import { backUp, restore } from './backup.ts';
import { checkLedger } from './check-ledger.ts';
import { rebuildLedger } from './rebuild-ledger.ts';

const directories: string[] = [];
const newDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-upkeep-'));
  directories.push(directory);
  return directory;
};
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

const held = (attemptId: string, nanoUsd: bigint): LedgerRecord => ({
  kind: 'held',
  attemptId,
  exchangeId: `x-${attemptId}`,
  orgId: 'default',
  atMs: 1,
  target: 'openai/gpt',
  priceVersion: 'v',
  scopes: ['organisation:default', 'key:k'],
  nanoUsd,
  inputNanoUsd: nanoUsd / 4n,
  counters: ['b@1', 'c@1'],
});
const settled = (attemptId: string, nanoUsd: bigint): LedgerRecord => ({
  kind: 'settled',
  attemptId,
  atMs: 2,
  nanoUsd,
  source: 'provider',
});
const fact = (attemptId: string, nanoUsd: bigint) => ({
  kind: 'fact' as const,
  fact: {
    exchangeId: `x-${attemptId}`,
    orgId: 'default',
    atMs: 7_200_005.5,
    keyId: 'k',
    operation: 'chat',
    door: 'openai-chat',
    end: 'done',
    status: 200,
    inputTokens: 3,
    outputTokens: 4,
    durationMs: 12.7,
    nanoUsd: nanoUsd.toString(),
    tags: ['a', 'b'],
    attempts: [],
  },
});

const begun = async (directory: string) => {
  const store = await StoreThread.open(directory);
  await store.call('ledger.begin', { acceptLoss: false });
  const journal = new JournalWriter({
    storage: folderStorage(join(directory, 'journal')),
    segment: 1,
    epoch: 1,
    marks: false,
  });
  return { store, journal };
};

/** A store that has run for a while and is still open, with one call under way and one record that is not folded yet. */
const running = async (directory: string) => {
  const { store, journal } = await begun(directory);
  const records = [
    held('a', 100n),
    settled('a', 60n),
    fact('a', 60n),
    held('b', 100n),
    settled('b', 90n),
    fact('b', 90n),
    held('c', 10n),
  ];
  const correction: LedgerRecord = {
    kind: 'adjusted',
    adjustmentId: 'r',
    attemptId: 'a',
    atMs: 3,
    nanoUsd: -10n,
    reason: 'refund',
    actor: 'me',
  };
  for (const record of [...records, correction]) journal.add(writeJournalRecord(record));
  journal.flush();
  await store.call('ledger.fold', {});
  journal.add(writeJournalRecord(held('d', 5n)));
  journal.flush();
  return {
    stop: async () => {
      journal.close();
      await store.close();
    },
  };
};

test('the books of a running store balance, and nothing is written to find out', async () => {
  const directory = newDirectory();
  const store = await running(directory);
  const found = checkLedger(directory);
  expect(found).toMatchObject({ attempts: 3, entries: 3, facts: 2, open: 1, chargedNanoUsd: 140n, pass: true });
  await store.stop();
});

test('whatever is changed behind the ledger’s back is found, and what can be made anew is', async () => {
  const directory = newDirectory();
  await (await running(directory)).stop();
  const database = new Database(join(directory, 'sluice.db'));
  database.run('PRAGMA busy_timeout = 5000');
  const changes: Readonly<Record<string, string>> = {
    'a row of counter is not what it sums up': `UPDATE counter SET settled_nano_usd = settled_nano_usd + 1 WHERE counter_id = 'b@1'`,
    'a row of spend is not what it sums up': 'DELETE FROM spend',
    'a row of usage_hour is not what it sums up': 'UPDATE usage_hour SET output_tokens = 0',
    'a row of tag_hour is not what it sums up': `UPDATE tag_hour SET requests = 9 WHERE tag = 'b'`,
  };
  for (const [rule, sql] of Object.entries(changes)) {
    database.run(sql);
    expect(checkLedger(directory)).toMatchObject({ pass: false, findings: { [rule]: rule.includes('spend') ? 2 : 1 } });
  }
  expect(rebuildLedger(directory)).toEqual({ counter: 1, spend: 2, usage_hour: 1, tag_hour: 1 });
  expect(checkLedger(directory).pass).toBe(true);
  const damages: readonly string[] = [
    `UPDATE entry SET nano_usd = 61 WHERE entry_id = 'a:final'`,
    `DELETE FROM entry WHERE entry_id = 'b:final'`,
    `DELETE FROM attempt WHERE attempt_id = 'b'`,
    `INSERT INTO entry SELECT 'second', org_id, attempt_id, kind, nano_usd, reason, actor, at_ms FROM entry WHERE entry_id = 'a:final'`,
  ];
  for (const sql of damages) {
    database.run('BEGIN');
    database.run(sql);
    database.run('COMMIT');
    expect(checkLedger(directory).pass).toBe(false);
  }
  database.close();
});

test('a backup of a running store holds all of it, what is not folded too, and goes back whole', async () => {
  const directory = newDirectory();
  const store = await running(directory);
  writeFileSync(join(directory, 'key-pepper'), 'pepper\n');
  const file = join(newDirectory(), 'backup.db');
  backUp(directory, file);
  expect(() => backUp(directory, file)).toThrow('exists');
  expect(() => restore(directory, file, 1)).toThrow('in use');
  expect(() => rebuildLedger(directory)).toThrow('in use');
  await store.stop();
  const other = newDirectory();
  writeFileSync(join(other, 'key-pepper'), 'another\n');
  restore(other, file, 7);
  expect(readFileSync(join(other, 'key-pepper'), 'utf8')).toBe('pepper\n');
  expect(readFileSync(join(other, 'before-restore-7', 'key-pepper'), 'utf8')).toBe('another\n');
  const again = await StoreThread.open(other);
  const { recovered } = await again.call('ledger.begin', { acceptLoss: false });
  expect(recovered).toBe(2);
  await again.close();
  expect(checkLedger(other)).toMatchObject({ attempts: 4, open: 0, facts: 2, chargedNanoUsd: 140n, pass: true });
});

test('what the house took over of a call stands beside what was charged', async () => {
  const directory = newDirectory();
  const { store, journal } = await begun(directory);
  const end = {
    kind: 'estimated',
    attemptId: 'a',
    atMs: 2,
    nanoUsd: 0n,
    source: 'metered',
    goodwillNanoUsd: 7n,
  } as const;
  for (const record of [held('a', 9n), end]) journal.add(writeJournalRecord(record));
  journal.flush();
  await store.call('ledger.fold', {});
  journal.close();
  await store.close();
  const database = openDatabase(join(directory, 'sluice.db'));
  expect(database.query('SELECT final_nano_usd AS charged, goodwill_nano_usd AS goodwill FROM attempt').all()).toEqual([
    { charged: 0n, goodwill: 7n },
  ]);
  database.close();
});

test('a file that is no whole backup is refused, and changes nothing', async () => {
  const directory = newDirectory();
  await (await running(directory)).stop();
  const file = join(newDirectory(), 'backup.db');
  backUp(directory, file);
  const bytes = readFileSync(file);
  const before = readFileSync(join(directory, 'sluice.db'));
  for (const broken of [bytes.subarray(0, bytes.length / 2), Buffer.from('nothing of the kind'), before]) {
    const bad = join(newDirectory(), 'bad.db');
    writeFileSync(bad, broken);
    expect(() => restore(directory, bad, 1)).toThrow('no whole backup');
  }
  expect(readFileSync(join(directory, 'sluice.db')).equals(before)).toBe(true);
  expect(existsSync(join(directory, 'before-restore-1'))).toBe(false);
});

test('a database of every earlier schema is brought up to date with what it holds', () => {
  for (const { version } of migrations) {
    const directory = newDirectory();
    const path = join(directory, 'sluice.db');
    const old = new Database(path, { create: true });
    old.run('CREATE TABLE schema_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, at_ms INTEGER NOT NULL)');
    for (const step of migrations.filter((each) => each.version <= version)) {
      old.run(step.sql);
      old.run('INSERT INTO schema_migration VALUES (?, ?, 0)', [step.version, step.name]);
    }
    old.run(
      `INSERT INTO attempt (org_id, attempt_id, exchange_id, target, price_version, scopes, counters, state, held_nano_usd, input_nano_usd,
         metered_nano_usd, final_nano_usd, source, reason, at_ms, end_ms) VALUES ('o', 'a', 'x', 'p/m', 'v', '["key:k"]', '["b@1"]', 'settled', 9, 1, 1, 7, 'provider', NULL, 1, 2)`,
    );
    old.run(`INSERT INTO entry VALUES ('a:final', 'o', 'a', 'settled', 7, NULL, NULL, 2)`);
    old.run(`INSERT INTO counter VALUES ('o', 'b@1', 7, 0)`);
    old.run(`INSERT INTO spend VALUES ('o', 'key:k', 7)`);
    old.close();
    openDatabase(path).close();
    expect(checkLedger(directory)).toMatchObject({ attempts: 1, chargedNanoUsd: 7n, pass: true });
  }
});
