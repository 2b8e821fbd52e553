import { afterEach, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFrame } from '../../core/ledger/journal-frame.ts';
import { writeFactRecord } from '../../core/ledger/journal-record.ts';
import { StoreThread } from './store-thread.ts';

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

const opened = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-fold-'));
  directories.push(directory);
  mkdirSync(join(directory, 'journal'));
  const segment = join(directory, 'journal', '00000001.log');
  const store = await StoreThread.open(directory);
  return {
    segment,
    store,
    fold: () => store.call('ledger.fold', {}),
    /** What a fold that fails says. */
    failure: () => store.call('ledger.fold', {}).then(String, (error: Error) => error.message),
    ids: async (): Promise<readonly string[]> => {
      const { facts } = await store.call('facts.list', { filter: { orgId: 'o' }, limit: 10_000 });
      return facts.map(({ exchangeId }) => exchangeId).sort();
    },
  };
};

const factText = (number: number, pad = ''): string => {
  const what = { operation: 'chat', door: 'openai-chat', path: '/', status: 200, end: 'done', stream: false };
  const fact = { exchangeId: idOf(number), orgId: 'o', atMs: number, ...what, attempts: [], metadata: { pad } };
  return writeFactRecord(JSON.stringify(fact));
};

const idOf = (number: number): string => `x${String(number).padStart(5, '0')}`;

const frames = (texts: readonly string[]): Uint8Array =>
  Buffer.concat(texts.map((text, sequence) => writeFrame(text, { sequence, epoch: 1 })));

const facts = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, number) => factText(from + number));

const idsUntil = (count: number): readonly string[] => Array.from({ length: count }, (_, number) => idOf(number));

test('a backlog of many pieces is folded; what is asked meanwhile sees all of it, and two questions to fold count nothing twice', async () => {
  const { segment, store, fold, ids } = await opened();
  writeFileSync(segment, frames(facts(3000)));
  const order: string[] = [];
  const first = fold().then(({ records }) => order.push(`first ${records}`));
  const second = fold().then(({ records }) => order.push(`second ${records}`));
  expect(await ids()).toEqual(idsUntil(3000));
  await Promise.all([first, second]);
  expect(order).toEqual(['first 3000', 'second 0']);
  await store.close();
});

test('closing finishes what rests', async () => {
  const { segment, store, fold } = await opened();
  writeFileSync(segment, frames(facts(3000)));
  const folded = fold();
  await store.close();
  expect(await folded).toEqual({ records: 3000 });
});

test('records longer than a piece are folded with those around them, and what is not whole yet is left for later', async () => {
  const { segment, store, fold, ids } = await opened();
  const bytes = frames([
    ...facts(2),
    factText(2, 'x'.repeat(300_000)),
    factText(3, 'x'.repeat(1_000_000)),
    factText(4),
  ]);
  writeFileSync(segment, bytes.subarray(0, -400_000));
  await fold();
  expect(await ids()).toEqual(idsUntil(3));
  writeFileSync(segment, bytes.subarray(0, -1));
  await fold();
  expect(await ids()).toEqual(idsUntil(4));
  writeFileSync(segment, bytes);
  await fold();
  expect(await ids()).toEqual(idsUntil(5));
  await store.close();
});

test('a fold that fails during its slices takes back the piece it failed in, also when a question finishes it, and goes on when it can', async () => {
  const { segment, store, fold, failure, ids } = await opened();
  const unreadable = 'The journal holds a record that this version cannot read: {"kind":"of a later version"}';
  const good = frames(facts(200));
  writeFileSync(segment, Buffer.concat([good, frames(['{"kind":"of a later version"}'])]));
  expect(await failure()).toBe(unreadable);
  expect(await ids()).toEqual([]);
  const finished = failure();
  expect(await ids()).toEqual([]);
  expect(await finished).toBe(unreadable);
  writeFileSync(segment, Buffer.concat([good, frames(facts(100, 200))]));
  expect(await fold()).toEqual({ records: 300 });
  expect(await ids()).toEqual(idsUntil(300));
  await store.close();
});

test('damage in the segment that is being written is told with its place, once what stands before it is folded', async () => {
  const { segment, store, failure, ids } = await opened();
  const before = frames(facts(1000));
  writeFileSync(segment, Buffer.concat([before, frames(facts(10, 1000))]));
  const bytes = readFileSync(segment);
  bytes[before.length + 40] = (bytes[before.length + 40] ?? 0) ^ 1;
  writeFileSync(segment, bytes);
  const told = `journal/00000001.log the record at byte ${before.length} does not match its checksum`;
  expect(await failure()).toContain(told);
  expect(await ids()).toEqual(idsUntil(1000));
  expect(await failure()).toContain(told);
  // A length that no record has, with more behind it than any record is long.
  writeFileSync(segment, Buffer.concat([before, new Uint8Array(2_000_000).fill(0x7f)]));
  expect(await failure()).toContain(`the record at byte ${before.length} is too long`);
  await store.close();
});
