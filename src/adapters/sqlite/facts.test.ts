import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExchangeFact } from '../../core/facts/exchange-fact.ts';
import { writeFactRecord } from '../../core/ledger/journal-record.ts';
import { folderStorage } from '../ledger/journal-storage.ts';
import { JournalWriter } from '../ledger/journal-writer.ts';
import { StoreThread } from './store-thread.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluice-facts-'));
let store: StoreThread;
let journal: JournalWriter;

const hour = 3_600_000;
const fact = (number: number, more: Partial<ExchangeFact> = {}): ExchangeFact => ({
  exchangeId: `x${String(number).padStart(3, '0')}`,
  orgId: 'default',
  atMs: hour * 100 + number,
  keyId: number % 2 === 0 ? 'even' : 'odd',
  operation: 'chat',
  door: 'openai-chat',
  path: '/v1/chat/completions',
  provider: 'openai',
  model: 'gpt',
  stream: false,
  status: 200,
  end: 'done',
  inputTokens: 10,
  outputTokens: number,
  nanoUsd: 9_007_199_254_740_993n,
  durationMs: 12.5,
  overheadMs: 0.4,
  attempts: [{ attemptId: `x${number}-1`, target: 'openai/gpt', status: 200, nanoUsd: 5n }],
  tags: ['a', `t${number % 3}`],
  ...more,
});

/** As the journal carries it: amounts are decimal text. */
const textOf = (one: ExchangeFact): string =>
  JSON.stringify(one, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

const write = async (facts: readonly ExchangeFact[]): Promise<void> => {
  for (const one of facts) journal.add(writeFactRecord(textOf(one)));
  journal.flush();
  await store.call('ledger.fold', {});
};

beforeAll(async () => {
  mkdirSync(directory, { recursive: true });
  store = await StoreThread.open(directory);
  await store.call('ledger.begin', { acceptLoss: false });
  journal = new JournalWriter({
    storage: folderStorage(join(directory, 'journal')),
    segment: 1,
    epoch: 1,
    marks: false,
  });
  await write([...Array.from({ length: 25 }, (_, number) => fact(number)), fact(3), fact(30, { orgId: 'other' })]);
});

afterAll(async () => {
  journal.close();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

test('a fact comes back whole, amounts beyond what a number keeps included', async () => {
  expect(await store.call('facts.find', { orgId: 'default', exchangeId: 'x003' })).toEqual(fact(3));
  expect(await store.call('facts.find', { orgId: 'other', exchangeId: 'x003' })).toBeUndefined();
});

test('pages go through all facts once, newest first, and stay where they are when new ones arrive', async () => {
  const filter = { orgId: 'default', keyId: 'odd' };
  const first = await store.call('facts.list', { filter, limit: 5 });
  await write([fact(101)]);
  const ids = first.facts.map(({ exchangeId }) => exchangeId);
  let next = first.next;
  while (next !== undefined) {
    const page = await store.call('facts.list', { filter, limit: 5, before: next });
    ids.push(...page.facts.map(({ exchangeId }) => exchangeId));
    next = page.next;
  }
  expect(ids).toEqual(Array.from({ length: 12 }, (_, index) => `x${String(23 - 2 * index).padStart(3, '0')}`));
});

test('sums by the hour count every fact once, however often it came', async () => {
  const [sum] = await store.call('facts.sum', {
    filter: { orgId: 'default', keyId: 'even' },
    by: ['key', 'model'],
    limit: 10,
  });
  expect(sum).toMatchObject({
    group: { key: 'even', model: 'gpt' },
    requests: 13n,
    inputTokens: 130n,
    outputTokens: 156n,
  });
  expect(sum?.nanoUsd).toBe(13n * 9_007_199_254_740_993n);
  expect(await store.call('facts.sum', { filter: { orgId: 'nobody' }, by: [], limit: 1 })).toEqual([]);
});

test('a call with two tags counts at both', async () => {
  const sums = await store.call('facts.sumTags', { orgId: 'other' });
  expect(sums.map(({ tag, requests }) => `${tag} ${requests}`).toSorted()).toEqual(['a 1', 't0 1']);
  expect(await store.call('facts.sumTags', { orgId: 'other', toMs: hour })).toEqual([]);
});
