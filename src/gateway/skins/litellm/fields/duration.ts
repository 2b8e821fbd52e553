import type { BudgetDocument } from '../../../../core/access/documents.ts';
import { invalid } from '../../../admin/invalid-object.ts';

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const dayMs = 86_400_000;
const mostDays = 3660;

const partsOf = (value: unknown, field: string): { readonly count: number; readonly unit: string } => {
  const match = typeof value === 'string' ? /^(\d{1,6})(s|mo|m|h|d|w)$/.exec(value.trim()) : null;
  if (match === null || Number(match[1]) === 0)
    throw invalid(field, 'must be a time span such as "30s", "30m", "30h", "30d" or "1mo"');
  return { count: Number(match[1]), unit: match[2] ?? '' };
};

/** A moment a span after `nowMs`; months by the calendar (UTC), and no later than a month's last day. */
export const afterDuration = (value: unknown, field: string, nowMs: number): number => {
  const { count, unit } = partsOf(value, field);
  if (unit !== 'mo') return nowMs + count * (unitMs[unit] ?? 0);
  const date = new Date(nowMs);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
};

/** How long a budget lasts, as LiteLLM's calendar has it: a day, a week from Monday, a month from its first, an hour; other days roll. */
export const windowOfDuration = (value: unknown, field: string): BudgetDocument['window'] => {
  if (value === undefined || value === null) return 'lifetime';
  const { count, unit } = partsOf(value, field);
  if (unit === 'mo') return count === 1 ? 'month' : rolling(count * 30, field);
  const ms = count * (unitMs[unit] ?? 0);
  if (ms === 3_600_000) return 'hour';
  if (ms % dayMs !== 0)
    throw invalid(field, 'cannot be told apart by the calendar; use "1h", "24h", "7d", "30d", "1mo" or whole days');
  return windowOfDays(ms / dayMs, field);
};

const windowOfDays = (days: number, field: string): BudgetDocument['window'] => {
  if (days === 1) return 'day';
  if (days === 7) return 'week';
  return days === 30 ? 'month' : rolling(days, field);
};

const rolling = (days: number, field: string): BudgetDocument['window'] => {
  if (days > mostDays) throw invalid(field, `must not be longer than ${mostDays} days`);
  return { rolling_days: days };
};

const names = { hour: '1h', day: '1d', week: '7d', month: '30d', lifetime: null } as const;

/** The same, back. */
export const durationOfWindow = (window: BudgetDocument['window']): string | null =>
  typeof window === 'string' ? names[window] : `${window.rolling_days}d`;
