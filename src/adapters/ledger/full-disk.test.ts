import { expect, test } from 'bun:test';
import { Books } from '../../core/ledger/books.ts';
import { maxRecordBytes, readFrames } from '../../core/ledger/journal-frame.ts';
import { readJournalRecord } from '../../core/ledger/journal-record.ts';
import type { HoldAsk } from '../../ports/ledger.ts';
import { systemClock } from '../memory/system-clock.ts';
import type { JournalStorage } from './journal-storage.ts';
import { JournalWriter } from './journal-writer.ts';
import { LocalLedger } from './local-ledger.ts';

/** A disk with room for so many bytes. */
class SmallDisk implements JournalStorage {
  room = 0;
  bytes: number[] = [];

  create() {
    return {
      write: (bytes: Uint8Array, from: number, to: number): number => {
        const taken = Math.min(this.room, to - from);
        if (taken === 0) throw new Error('ENOSPC: no space left on device');
        this.bytes.push(...bytes.subarray(from, from + taken));
        this.room -= taken;
        return taken;
      },
      sync: () => Promise.resolve(),
      close: () => undefined,
    };
  }
}

const opened = (room: number) => {
  const disk = new SmallDisk();
  disk.room = room;
  const journal = new JournalWriter({ storage: disk, segment: 1, epoch: 1, marks: false });
  const books = new Books();
  const told: unknown[] = [];
  journal.onFailure = (failure) => told.push(failure === undefined ? 'works' : 'fails');
  const parts = {
    journal,
    books,
    clock: systemClock,
    syncFirst: false,
    backlogBytes: () => 0,
    passed: () => undefined,
  };
  return { disk, journal, books, told, ledger: new LocalLedger(parts) };
};

const ask = (attemptId: string): HoldAsk => ({
  attemptId,
  exchangeId: 'x',
  orgId: 'o',
  target: 'p/m',
  priceVersion: 'v',
  scopes: ['key:k'],
  budgets: [],
  nanoUsd: 100n,
  inputNanoUsd: 10n,
});

const finalsIn = ({ bytes }: SmallDisk): readonly string[] => {
  const { frames, end } = readFrames(Uint8Array.from(bytes));
  expect(end).toEqual({ kind: 'whole' });
  return frames.flatMap(({ text }) => {
    const record = readJournalRecord(text);
    return record?.kind === 'settled' || record?.kind === 'void' ? [`${record.attemptId} ${record.kind}`] : [];
  });
};

test('wherever the disk gets full, calls are refused, nothing is promised for them, and what was under way is written when there is room', () => {
  for (let room = 0; room < 900; room += 13) {
    const { disk, journal, books, told, ledger } = opened(room);
    const under: string[] = [];
    let refused = 0;
    for (let call = 0; call < 5; call++) {
      try {
        const hold = ledger.reserve(ask(`a${call}`));
        hold.sent();
        under.push(hold.attemptId);
        hold.settle({ nanoUsd: 7n, source: 'provider' });
        journal.tryFlush();
      } catch (error) {
        expect(error).toMatchObject({ code: 'ledger_full', status: 503 });
        refused++;
      }
    }
    expect(books.openAttempts()).toEqual([]);
    disk.room = 1e6;
    // The next call finds that it works again.
    const later = ledger.reserve(ask('later'));
    later.sent();
    later.settle({ nanoUsd: 7n, source: 'provider' });
    journal.flush();
    const finals = finalsIn(disk);
    expect(finals.filter((final) => final.endsWith('settled'))).toEqual(
      [...under, 'later'].map((attemptId) => `${attemptId} settled`),
    );
    expect(refused + under.length).toBe(5);
    if (refused > 0) expect(told).toEqual(['fails', 'works']);
  }
});

test('facts that wait for a full disk are dropped beyond a bound, and counted; money never is', () => {
  const { journal, disk } = opened(0);
  for (let fact = 0; fact < 40; fact++) {
    journal.addFact(`{"kind":"fact","fact":{"pad":"${'x'.repeat(900_000)}"}}`);
    journal.tryFlush();
  }
  expect(journal.lostFacts).toBeWithin(15, 30);
  journal.add('{"kind":"sent","attemptId":"a","atMs":1}');
  disk.room = 0;
  expect(journal.tryFlush()).toBe(false);
});

test('a record that no reader would take is never written: money is refused with an error, a fact is counted as lost', () => {
  const { journal, disk } = opened(1e7);
  const tooLong = 'ü'.repeat(maxRecordBytes / 2 + 1);
  expect(() => journal.add(tooLong)).toThrow('A record of 1048578 bytes is longer than the journal takes.');
  journal.addFact(tooLong);
  expect(journal.lostFacts).toBe(1);
  journal.add('{"kind":"sent","attemptId":"a","atMs":1}');
  journal.flush();
  const { frames, end } = readFrames(Uint8Array.from(disk.bytes));
  expect(end).toEqual({ kind: 'whole' });
  expect(frames.map(({ sequence }) => sequence)).toEqual([1]);
});
