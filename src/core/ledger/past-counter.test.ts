import { expect, test } from 'bun:test';
import { scopeBudgets } from '../access/scope-budgets.ts';
import { Books } from './books.ts';
import { budgetNow } from './budget.ts';
import { isPastCounter } from './past-counter.ts';

const startMs = Date.parse('2026-11-24T12:00:00Z');
const dayMs = 86_400_000;
const windows = ['hour', 'day', 'week', 'month', { rolling_days: 30 }] as const;
const budgets = (timeZone: string) =>
  scopeBudgets(
    windows.map((window) => ({ limit_usd: '1', window, time_zone: timeZone, models: ['openai/*'] })),
    { home: 'default', scope: 'key:k_1' },
  );

test.each(['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Europe/Berlin'])(
  'no counter is past while its window runs, and each is past some days later (%s)',
  (timeZone) => {
    for (const budget of budgets(timeZone)) {
      for (let atMs = startMs; atMs < startMs + 40 * dayMs; atMs += 7 * 3_600_000) {
        const { counter, window } = budgetNow(budget, atMs);
        expect(isPastCounter(counter, (window.endMs ?? 0) - 1)).toBe(false);
        expect(isPastCounter(counter, (window.endMs ?? 0) + 6 * dayMs)).toBe(true);
      }
    }
  },
);

test('lifetimes and credits are never past', () => {
  const [lifetime] = scopeBudgets([{ limit_usd: '1', window: 'lifetime' }], { home: 'o', scope: 'key:k' });
  if (lifetime === undefined) throw new Error('no budget');
  expect(isPastCounter(budgetNow(lifetime, startMs).counter, startMs * 2)).toBe(false);
  expect(isPastCounter('o/key:k/credits@credits:1700000000000', startMs * 2)).toBe(false);
});

test('books let go of what is past, unless money is still set aside there', () => {
  const books = new Books();
  books.restore('b@day:2026-01-01', { settled: 5n, held: 0n });
  books.restore('b@day:2026-01-02', { settled: 5n, held: 1n });
  books.restore('b@lifetime', { settled: 7n, held: 0n });
  books.forgetPast(startMs);
  expect([...books.counters().keys()]).toEqual(['b@day:2026-01-02', 'b@lifetime']);
});
