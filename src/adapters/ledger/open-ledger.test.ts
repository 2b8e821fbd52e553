import { afterEach, expect, test } from 'bun:test';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Budget } from '../../core/ledger/budget.ts';
import type { HoldAsk } from '../../ports/ledger.ts';
import { systemClock } from '../memory/system-clock.ts';
import { StoreThread } from '../sqlite/store-thread.ts';
import { type OpenedLedger, openLedger } from './open-ledger.ts';

const directories: string[] = [];
const newDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-ledger-'));
  directories.push(directory);
  return directory;
};
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

interface Opened extends OpenedLedger {
  readonly store: StoreThread;
  readonly passed: string[];
  readonly failures: unknown[];
}

const open = async (directory: string, acceptLoss = false): Promise<Opened> => {
  const store = await StoreThread.open(directory);
  const passed: string[] = [];
  const failures: unknown[] = [];
  const opened = await openLedger({
    directory,
    store: { begin: () => store.call('ledger.begin', { acceptLoss }), fold: () => store.call('ledger.fold', {}) },
    clock: systemClock,
    syncFirst: false,
    passed: ({ budget }) => passed.push(budget.id),
    foldFailed: (error) => failures.push(error),
    writeFailed: (error) => failures.push(error),
  }).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  return { ...opened, store, passed, failures };
};

const budget: Budget = {
  id: 'b1',
  scope: 'key:k1',
  limitNanoUsd: 1000n,
  window: { kind: 'lifetime' },
  timeZone: 'UTC',
  soft: false,
};
let attempts = 0;
const ask = (nanoUsd: bigint, budgets: readonly Budget[] = [budget]): HoldAsk => ({
  attemptId: `a${++attempts}`,
  exchangeId: 'x',
  orgId: 'default',
  target: 'openai/gpt',
  priceVersion: 'v1',
  scopes: ['organisation:default', 'key:k1'],
  budgets,
  nanoUsd,
  inputNanoUsd: nanoUsd / 4n,
});

test('what was charged stands after a restart, and what was open when the process died has an end', async () => {
  const directory = newDirectory();
  const first = await open(directory);
  const done = first.ledger.reserve(ask(300n));
  done.sent();
  done.settle({ nanoUsd: 250n, source: 'provider' });
  first.ledger.reserve(ask(100n)).sent();
  const streaming = first.ledger.reserve(ask(100n));
  streaming.sent();
  expect(streaming.metered(80n, 60n)).toBe(true);
  first.ledger.reserve(ask(100n));
  first.journal.flush();
  // The process dies here: nothing is closed, and the store has read nothing.
  await first.store.close();
  const second = await open(directory);
  expect(second.ledger.standing(budget)).toMatchObject({ settledNanoUsd: 250n + 25n + 80n, heldNanoUsd: 0n });
  await second.close();
  await second.store.close();
});

test('a budget is never passed by holds, all budgets are taken or none, and the refusal says what stands', async () => {
  const opened = await open(newDirectory());
  const wide: Budget = { ...budget, id: 'b2', limitNanoUsd: 5000n };
  opened.ledger.reserve(ask(900n, [wide, budget]));
  expect(() => opened.ledger.reserve(ask(200n, [wide, budget]))).toThrow('key:k1');
  expect(opened.ledger.standing(wide).heldNanoUsd).toBe(900n);
  opened.ledger.reserve(ask(100n, [wide, budget])).void('test');
  expect(opened.ledger.standing(budget)).toMatchObject({ settledNanoUsd: 0n, heldNanoUsd: 900n });
  await opened.close();
  await opened.store.close();
});

test('a slice that a budget refuses ends the stream before more passes than was held', async () => {
  const opened = await open(newDirectory());
  const hold = opened.ledger.reserve(ask(400n));
  hold.sent();
  expect(hold.metered(300n, 400n)).toBe(true);
  expect(opened.ledger.standing(budget).heldNanoUsd).toBe(700n);
  expect(hold.metered(650n, 400n)).toBe(true);
  expect(hold.metered(700n, 400n)).toBe(false);
  hold.settle({ nanoUsd: 700n, source: 'metered', reason: 'budget-stop' });
  hold.settle({ nanoUsd: 1n, source: 'metered' });
  expect(opened.ledger.standing(budget)).toMatchObject({ settledNanoUsd: 700n, heldNanoUsd: 0n });
  await opened.close();
  await opened.store.close();
});

test('a soft budget only tells', async () => {
  const opened = await open(newDirectory());
  opened.ledger.reserve(ask(2000n, [{ ...budget, soft: true }]));
  expect(opened.passed).toEqual(['b1']);
  await opened.close();
  await opened.store.close();
});

test('a torn tail is cut and kept beside; damage in the middle stops the start and names its place', async () => {
  const directory = newDirectory();
  const first = await open(directory);
  for (const amount of [10n, 20n, 30n]) {
    const hold = first.ledger.reserve(ask(amount));
    hold.sent();
    hold.settle({ nanoUsd: amount, source: 'provider' });
  }
  first.journal.close();
  await first.store.close();
  const segment = join(directory, 'journal', '00000001.log');
  appendFileSync(segment, new Uint8Array([9, 0, 0, 0, 1]));
  const second = await open(directory);
  expect(second.ledger.standing(budget).settledNanoUsd).toBe(60n);
  expect(readdirSync(join(directory, 'journal'))).toContain('00000001.log.cut');
  second.ledger.reserve(ask(5n)).sent();
  second.ledger.reserve(ask(6n)).sent();
  second.journal.close();
  await second.store.close();
  const later = join(directory, 'journal', '00000002.log');
  const bytes = readFileSync(later);
  bytes[30] = (bytes[30] ?? 0) ^ 1;
  writeFileSync(later, bytes);
  await expect(open(directory)).rejects.toThrow('journal/00000002.log the record at byte 0');
  const accepted = await open(directory, true);
  expect(accepted.ledger.standing(budget).settledNanoUsd).toBe(60n);
  await accepted.close();
  await accepted.store.close();
});

test('a store that cannot read on does not keep a ledger from closing, and nothing is tried again afterwards', async () => {
  const directory = newDirectory();
  const waiting = new Set<() => void>();
  const failures: unknown[] = [];
  const { ledger, journal, close } = await openLedger({
    directory,
    store: {
      begin: () => Promise.resolve({ counters: [], nextSegment: 1 }),
      fold: () => Promise.reject(new Error('no room')),
    },
    clock: {
      ...systemClock,
      after: (_, run) => {
        waiting.add(run);
        return () => waiting.delete(run);
      },
    },
    syncFirst: false,
    passed: () => undefined,
    foldFailed: (error) => failures.push(error),
    writeFailed: (error) => failures.push(error),
  });
  const hold = ledger.reserve(ask(100n));
  hold.sent();
  expect(waiting.size).toBe(2);
  await close();
  const written = journal.appendedBytes;
  hold.settle({ nanoUsd: 60n, source: 'provider' });
  journal.flush();
  expect(journal.appendedBytes).toBe(written);
  expect(failures).toEqual([new Error('no room')]);
  expect(waiting.size).toBe(0);
  expect(readdirSync(join(directory, 'journal'))).toEqual(['00000001.log']);
});
