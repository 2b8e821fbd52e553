import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { Books } from './books.ts';
import { type LedgerRecord, readJournalRecord, writeJournalRecord } from './journal-record.ts';
import { recoverOpen } from './recover.ts';

const held = (attemptId: string, nanoUsd: bigint, counters: readonly string[] = ['b@1']): LedgerRecord => ({
  kind: 'held',
  attemptId,
  exchangeId: 'x',
  orgId: 'default',
  atMs: 1,
  target: 'openai/gpt',
  priceVersion: 'v',
  scopes: ['key:k'],
  nanoUsd,
  inputNanoUsd: nanoUsd / 4n,
  counters,
});
const sent = (attemptId: string): LedgerRecord => ({ kind: 'sent', attemptId, atMs: 2 });
const progress = (attemptId: string, meteredNanoUsd: bigint, heldNanoUsd: bigint): LedgerRecord => ({
  kind: 'progress',
  attemptId,
  atMs: 3,
  meteredNanoUsd,
  heldNanoUsd,
});
const settled = (attemptId: string, nanoUsd: bigint): LedgerRecord => ({
  kind: 'settled',
  attemptId,
  atMs: 4,
  nanoUsd,
  source: 'provider',
});

test('money is held, grows by slices, and is settled once', () => {
  const books = new Books();
  books.apply(held('a', 100n));
  expect(books.counter('b@1')).toEqual({ settled: 0n, held: 100n });
  books.apply(sent('a'));
  expect(books.open('a')?.meteredNanoUsd).toBe(25n);
  books.apply(progress('a', 80n, 200n));
  expect(books.counter('b@1')).toEqual({ settled: 0n, held: 200n });
  expect(books.apply(settled('a', 120n))).toBeUndefined();
  expect(books.counter('b@1')).toEqual({ settled: 120n, held: 0n });
  expect(books.apply(settled('a', 120n))).toBe('already-final');
  expect(books.apply(held('a', 100n))).toBe('repeated');
  expect(books.counter('b@1')).toEqual({ settled: 120n, held: 0n });
});

test('a correction is booked once, and only to what was charged', () => {
  const books = new Books();
  const correction: LedgerRecord = {
    kind: 'adjusted',
    adjustmentId: 'c1',
    attemptId: 'a',
    atMs: 5,
    nanoUsd: -20n,
    reason: 'refund',
    actor: 'admin',
  };
  expect(books.apply(correction)).toBe('unknown-attempt');
  books.apply(held('a', 100n));
  books.apply(settled('a', 50n));
  expect(books.apply(correction)).toBeUndefined();
  expect(books.apply(correction)).toBe('repeated');
  expect(books.counter('b@1')).toEqual({ settled: 30n, held: 0n });
});

test('after a crash what was never sent is void, and what was sent is charged at least its input', () => {
  const books = new Books();
  for (const record of [
    held('never', 100n),
    held('waits', 100n),
    sent('waits'),
    held('streams', 100n),
    sent('streams'),
  ])
    books.apply(record);
  books.apply(progress('streams', 70n, 100n));
  for (const final of recoverOpen(
    books.openAttempts().map(({ record, ...rest }) => ({ attemptId: record.attemptId, ...rest })),
    9,
  ))
    books.apply(final);
  expect(books.openAttempts()).toEqual([]);
  expect(books.counter('b@1')).toEqual({ settled: 95n, held: 0n });
});

/** Records of a few attempts, in any order a broken world may bring them. */
const anyRecord = fc.oneof(
  fc
    .record({
      id: fc.constantFrom('a', 'b', 'c'),
      amount: fc.bigInt(0n, 1000n),
      counters: fc.subarray(['b@1', 'b@2', 'c@1']),
    })
    .map(({ id, amount, counters }) => held(id, amount, counters)),
  fc.constantFrom('a', 'b', 'c').map(sent),
  fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.bigInt(0n, 500n), fc.bigInt(0n, 2000n))
    .map(([id, m, h]) => progress(id, m, h)),
  fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.bigInt(0n, 1000n)).map(([id, amount]) => settled(id, amount)),
);

test('held is the sum of open holds, settled the sum of finals, and nothing comes twice, whatever the order', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 40 }), (records) => {
      const books = new Books();
      const settledBy = new Map<string, bigint>();
      for (const record of records) {
        const counters = record.kind === 'settled' ? books.open(record.attemptId)?.record.counters : undefined;
        const ignored = books.apply(record);
        if (record.kind === 'settled' && ignored === undefined)
          for (const id of counters ?? []) settledBy.set(id, (settledBy.get(id) ?? 0n) + record.nanoUsd);
      }
      for (const [id, counter] of books.counters()) {
        const open = books.openAttempts().filter(({ record }) => record.counters.includes(id));
        expect(counter.held).toBe(open.reduce((sum, { heldNanoUsd }) => sum + heldNanoUsd, 0n));
        expect(counter.settled).toBe(settledBy.get(id) ?? 0n);
      }
    }),
  );
});

test('a journal read from its beginning gives the same books, and reading it twice changes nothing', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 40 }), (records) => {
      const live = new Books();
      const journal = records.filter((record) => live.apply(record) === undefined).map(writeJournalRecord);
      const replayed = new Books();
      for (const line of [...journal, ...journal]) {
        const record = readJournalRecord(line);
        if (record !== undefined && record.kind !== 'fact' && record.kind !== 'synced') replayed.apply(record);
      }
      const standing = (books: Books) =>
        [...books.counters()].filter(([, { settled, held }]) => settled + held > 0n).sort();
      expect(standing(replayed)).toEqual(standing(live));
    }),
  );
});

test('a record that is not one is no record', () => {
  for (const text of [
    '',
    '{',
    '[]',
    '{"kind":"held"}',
    '{"kind":"constructor"}',
    '{"kind":"sent","attemptId":1,"atMs":2}',
  ])
    expect(readJournalRecord(text)).toBeUndefined();
  expect(
    readJournalRecord('{"kind":"settled","attemptId":"a","atMs":1,"nanoUsd":"1.5","source":"provider"}'),
  ).toBeUndefined();
});
