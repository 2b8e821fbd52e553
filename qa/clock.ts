// Budgets while the clock jumps an hour forth and back, and through a year of its changes in three zones: every window begins with nothing spent exactly
// once, none is given out twice, and no jump changes what stands in any of them.
// `bun qa/clock.ts [--days 366]`
import { parseArgs } from 'node:util';
import { JournalWriter } from '../src/adapters/ledger/journal-writer.ts';
import { LocalLedger } from '../src/adapters/ledger/local-ledger.ts';
import { Books } from '../src/core/ledger/books.ts';
import type { Budget } from '../src/core/ledger/budget.ts';
import type { WindowKind } from '../src/core/ledger/budget-window.ts';
import { Dice } from './fuzz/dice.ts';
import { FragileStorage } from './money/fragile-storage.ts';
import { finish } from './proof/finish.ts';

const { values } = parseArgs({ options: { days: { type: 'string', default: '366' } } });
const days = Number(values.days);
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'];
const kinds: readonly WindowKind[] = [
  { kind: 'hour' },
  { kind: 'day' },
  { kind: 'week' },
  { kind: 'month' },
  { kind: 'rolling', days: 3 },
];
const hourMs = 3_600_000;
const beginMs = Date.parse('2026-01-01T00:00:00Z');
const endMs = beginMs + days * 24 * hourMs;

const calendars = new Map<string, Intl.DateTimeFormat>();
const calendar = (timeZone: string): Intl.DateTimeFormat => {
  const known = calendars.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short', timeStyle: 'long', hourCycle: 'h23' });
  calendars.set(timeZone, made);
  return made;
};

/** The window a person would name, by the calendar of the system rather than by the code under test. */
const named = (kind: WindowKind, atMs: number, timeZone: string): string => {
  const parts: Record<string, string> = {};
  for (const { type, value } of calendar(timeZone).formatToParts(atMs)) parts[type] = value;
  const date = `${parts['year']}-${parts['month']}-${parts['day']}`;
  const day = Date.parse(`${date}T00:00:00Z`) / (24 * hourMs);
  if (kind.kind === 'hour') return `${date} ${parts['hour']} ${parts['timeZoneName']}`;
  if (kind.kind === 'day') return date;
  if (kind.kind === 'week') return String(Math.floor((day + 3) / 7));
  if (kind.kind === 'rolling') return String(Math.floor(day / kind.days));
  return date.slice(0, 7);
};

let [windows, resets, missed, twice, wrongReset, changed] = [0, 0, 0, 0, 0, 0];

for (const timeZone of zones) {
  for (const window of kinds) {
    let nowMs = beginMs;
    const dice = new Dice(windows + 7);
    const journal = new JournalWriter({ storage: new FragileStorage(dice, false), segment: 1, epoch: 1, marks: false });
    const ledger = new LocalLedger({
      journal,
      books: new Books(),
      clock: { wallMs: () => nowMs, monotonicMs: () => nowMs, after: () => () => undefined },
      syncFirst: false,
      backlogBytes: () => 0,
      passed: () => undefined,
    });
    const budget: Budget = { id: 'b', scope: 'key:k', limitNanoUsd: 1n << 60n, window, timeZone, soft: false };
    /** What each window a person names has been charged. */
    const truth = new Map<string, bigint>();
    const check = (): void => {
      const { settledNanoUsd, heldNanoUsd, resetMs = 0 } = ledger.standing(budget);
      if (heldNanoUsd !== 0n || settledNanoUsd !== (truth.get(named(window, nowMs, timeZone)) ?? 0n)) changed++;
      // The moment it says it begins anew is the first of another window, and the one before is not.
      const name = named(window, nowMs, timeZone);
      if (
        resetMs <= nowMs ||
        named(window, resetMs - 1, timeZone) !== name ||
        named(window, resetMs, timeZone) === name
      )
        wrongReset++;
    };
    let attempt = 0;
    let last = '';
    while (nowMs < endMs) {
      const name = named(window, nowMs, timeZone);
      if (name !== last) {
        windows++;
        if (ledger.standing(budget).settledNanoUsd === 0n) resets++;
        else missed++;
        if (truth.has(name)) twice++;
        last = name;
      }
      const hold = ledger.reserve({
        attemptId: `a${++attempt}`,
        exchangeId: 'x',
        orgId: 'o',
        target: 'p/m',
        priceVersion: 'v',
        scopes: ['key:k'],
        budgets: [budget],
        nanoUsd: 100n,
        inputNanoUsd: 10n,
      });
      hold.sent();
      hold.settle({ nanoUsd: 7n, source: 'provider' });
      truth.set(name, (truth.get(name) ?? 0n) + 7n);
      check();
      // The clock is set an hour wrong, and put right again.
      for (const jump of [hourMs, -hourMs]) {
        const rightMs = nowMs;
        nowMs += jump;
        check();
        nowMs = rightMs;
        check();
      }
      nowMs += (window.kind === 'hour' ? 11 : 173) * 60_000 + dice.below(60_000);
    }
  }
}
finish(
  'clock',
  { zones: zones.length, windows, resets, missed, doubleReset: twice, wrongReset, changed },
  windows > 0 && resets === windows && missed + twice + wrongReset + changed === 0,
);
