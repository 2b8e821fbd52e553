import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Budget } from '../../core/ledger/budget.ts';
import { grantLeases, type LeasedCounter } from '../../core/ledger/leases/grant-leases.ts';
import type { HoldAsk } from '../../ports/ledger.ts';
import type { LeaseSource } from './node-leases.ts';
import { type OpenedLedger, openLedger } from './open-ledger.ts';

const budget: Budget = {
  id: 'o/key:k/lifetime',
  scope: 'key:k',
  limitNanoUsd: 1000n,
  window: { kind: 'lifetime' },
  timeZone: 'UTC',
  soft: false,
};

/** A clock that stands still: timers run when they are told to. */
const standingClock = () => {
  const timers = new Set<() => void>();
  return {
    nowMs: 0,
    fire: () => {
      const due = [...timers];
      timers.clear();
      for (const run of due) run();
    },
    clock: {
      monotonicMs: () => standing.nowMs,
      wallMs: () => 1_790_000_000_000 + standing.nowMs,
      after: (_: number, run: () => void) => {
        timers.add(run);
        return () => timers.delete(run);
      },
    },
  };
};
let standing = standingClock();

/** The rules of the real one on one counter in memory. */
class OneCounter implements LeaseSource {
  stands: LeasedCounter = {
    settledNanoUsd: 0n,
    heldNanoUsd: 0n,
    grantedNanoUsd: 0n,
    usedNanoUsd: 0n,
    sequence: 0,
  };
  asked = 0;
  away = false;
  hangs = false;
  left = false;

  readonly #news = { nowMs: 1_790_000_000_000, nodes: 1, lost: 0 };

  join = () => this.#answer(this.#news);
  confirm = () => this.#answer(this.#news);
  expire = () => this.#answer([]);
  drop = () => this.#answer(undefined);
  read = () => this.#answer([{ id: 'o/key:k/lifetime@lifetime', ...this.stands }]);
  leave = () => {
    this.left = true;
    return this.#answer(undefined);
  };
  take: LeaseSource['take'] = (request) => {
    this.asked++;
    if (!this.away) this.stands = grantLeases(request, [this.stands], 1)[0] ?? this.stands;
    return this.#answer([this.stands]);
  };

  #answer<T>(value: T): Promise<T> {
    if (this.hangs) return new Promise(() => undefined);
    return this.away ? Promise.reject(new Error('away')) : Promise.resolve(value);
  }
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const open = async (source: OneCounter): Promise<OpenedLedger> => {
  standing = standingClock();
  const directory = mkdtempSync(join(tmpdir(), 'sluice-leases-'));
  folders.push(directory);
  return openLedger({
    directory,
    store: { begin: async () => ({ counters: [], nextSegment: 1 }), fold: async () => undefined },
    clock: standing.clock,
    shared: { source, leaseMs: 60_000, keepMs: 60_000 },
    syncFirst: false,
    passed: () => undefined,
    foldFailed: () => undefined,
    writeFailed: () => undefined,
  });
};

let asks = 0;
const ask = (nanoUsd: bigint, of: Budget = budget): HoldAsk => ({
  attemptId: `a${++asks}`,
  exchangeId: 'x',
  orgId: 'o',
  target: 'p/m',
  priceVersion: 'v',
  scopes: [],
  budgets: [of],
  nanoUsd,
  inputNanoUsd: 0n,
});

test('a call waits for a lease, and the next one is covered by its stock', async () => {
  const source = new OneCounter();
  const { ledger, close } = await open(source);
  const first = ask(100n);
  const waits = ledger.ready(first);
  expect(() => ledger.reserve(ask(100n))).toThrow('does not answer');
  await waits;
  ledger.reserve(first);
  expect(source.stands).toMatchObject({ grantedNanoUsd: 110n, heldNanoUsd: 110n });
  const small = ask(9n);
  expect(ledger.ready(small)).toBeUndefined();
  ledger.reserve(small).void('test');
  await close();
  expect(source.left).toBe(true);
});

test('what one call waited for is not taken by another that comes meanwhile', async () => {
  const source = new OneCounter();
  const { ledger, close } = await open(source);
  const first = ask(990n);
  const second = ask(990n);
  const waits = [ledger.ready(first), ledger.ready(second)];
  await Promise.all(waits);
  expect(() => ledger.reserve(second)).toThrow('The budget of key:k is spent');
  ledger.reserve(first).void('test');
  await close();
});

test('a spent budget is not asked about by every call', async () => {
  const source = new OneCounter();
  source.stands = { ...source.stands, settledNanoUsd: 1000n };
  const { ledger, close } = await open(source);
  for (let call = 0; call < 20; call++) {
    const next = ask(10n);
    await ledger.ready(next);
    expect(() => ledger.reserve(next)).toThrow('The budget of key:k is spent: limit $0.000001, spent $0.000001');
  }
  expect(source.asked).toBe(1);
  // A raised limit is.
  const raised = ask(10n, { ...budget, limitNanoUsd: 2000n });
  await ledger.ready(raised);
  ledger.reserve(raised).void('test');
  await close();
});

test('while the database is away, calls go on within what was leased, and what is beyond is told so', async () => {
  const source = new OneCounter();
  const { ledger, close } = await open(source);
  const first = ask(6n);
  await ledger.ready(first);
  ledger.reserve(first).void('test');
  source.away = true;
  expect(ledger.ready(ask(6n))).toBeUndefined();
  ledger.reserve(ask(6n));
  for (let call = 0; call < 5; call++) {
    const beyond = ask(500n);
    await ledger.ready(beyond);
    expect(() => ledger.reserve(beyond)).toThrow('does not answer at present');
  }
  // Calls that no budget counts wait for nobody.
  const free = { ...ask(500n), budgets: [] };
  expect(ledger.ready(free)).toBeUndefined();
  ledger.reserve(free).void('test');
  await close();
});

test('a database that hangs holds a call up until its deadline, and then no other', async () => {
  const source = new OneCounter();
  const { ledger, close } = await open(source);
  source.hangs = true;
  const waiting = Array.from({ length: 3 }, (_, at) => ask(100n, { ...budget, id: `o/key:k${at}/lifetime` }));
  const waits = waiting.map((each) => ledger.ready(each));
  standing.fire();
  await Promise.all(waits);
  for (const each of waiting) expect(() => ledger.reserve(each)).toThrow('does not answer at present');
  // Nobody waits while it is away, and a tick finds out when it is back.
  await Promise.resolve();
  expect(ledger.ready(ask(100n))).toBeUndefined();
  source.hangs = false;
  // What was asked meanwhile is given up first.
  for (let tick = 0; tick < 3; tick++) {
    standing.fire();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const next = ask(100n);
  await ledger.ready(next);
  ledger.reserve(next).void('test');
  await close();
});

test('soft budgets need no lease', async () => {
  const source = new OneCounter();
  const { ledger, close } = await open(source);
  const soft = ask(5000n, { ...budget, soft: true });
  expect(ledger.ready(soft)).toBeUndefined();
  ledger.reserve(soft).void('test');
  expect(source.asked).toBe(0);
  await close();
});
