import { expect, test } from 'bun:test';
import { readFrames } from '../../core/ledger/journal-frame.ts';
import { readJournalRecord } from '../../core/ledger/journal-record.ts';
import type { ExchangeRecord } from '../../ports/exchange-sink.ts';
import { FactSink } from './fact-sink.ts';
import { JournalWriter } from './journal-writer.ts';

const written: number[] = [];
const storage = {
  create: () => ({
    write: (bytes: Uint8Array, from: number, to: number): number => {
      written.push(...bytes.subarray(from, to));
      return to - from;
    },
    sync: () => Promise.resolve(),
    close: () => undefined,
  }),
};

const record: ExchangeRecord = {
  requestId: 'x1',
  orgId: 'o',
  operation: 'chat',
  method: 'POST',
  path: '/v1/chat/completions',
  requestedModel: 'gpt',
  stream: false,
  status: 200,
  end: 'done',
  bytesIn: 1,
  bytesOut: 1,
  durationMs: 1,
  overheadMs: 1,
  attempts: 1,
  warnings: 0,
};

test('whatever callers and providers send, the fact of a call is a record that can be read again', () => {
  const journal = new JournalWriter({ storage, segment: 1, epoch: 1, marks: false });
  const sink = new FactSink(journal, () => 5);
  sink.settled({ ...record, stop: 'x'.repeat(2_000_000), metadata: { note: 'ü'.repeat(600_000) } });
  sink.settled(record);
  journal.flush();
  expect(journal.lostFacts).toBe(0);
  const { frames, end } = readFrames(Uint8Array.from(written));
  expect(end).toEqual({ kind: 'whole' });
  const facts = frames.map(({ text }) => readJournalRecord(text));
  expect(facts).toMatchObject([
    { kind: 'fact', fact: { exchangeId: 'x1', requestedModel: 'gpt', stop: 'x'.repeat(500) } },
    { kind: 'fact', fact: { exchangeId: 'x1', requestedModel: 'gpt' } },
  ]);
});
