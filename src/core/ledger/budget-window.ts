/** How long a budget lasts. `rolling` windows are counted in days from a fixed day, so that all nodes agree. `lifetime` never ends. */
export type WindowKind =
  | { readonly kind: 'hour' | 'day' | 'week' | 'month' | 'lifetime' }
  | { readonly kind: 'rolling'; readonly days: number };

export interface BudgetWindow {
  /** Names the window: two times in one window give one id. It sorts by time. */
  readonly id: string;
  /** When it ends, milliseconds since 1970; undefined for a lifetime. */
  readonly endMs: number | undefined;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Whether a time zone's name is one that the runtime knows. */
export const isTimeZone = (name: string): boolean => {
  try {
    return formatOf(name) !== undefined;
  } catch {
    return false;
  }
};

/**
 * The window that a moment lies in, by the calendar of a time zone: days begin at local midnight, weeks on Monday, months on the first. A day of 23 or
 * 25 hours is one window. A local midnight that a change of clocks skips is the first moment after it.
 */
export const windowAt = (window: WindowKind, atMs: number, timeZone: string): BudgetWindow => {
  if (window.kind === 'lifetime') return { id: 'lifetime', endMs: undefined };
  if (window.kind === 'hour') return hourAt(atMs, timeZone);
  const day = localDay(atMs, timeZone);
  const { first, next } = days[window.kind](day, window.kind === 'rolling' ? window.days : 1);
  return { id: `${window.kind}:${dateText(first)}`, endMs: startOfLocalDay(next, timeZone) };
};

/** Days since 1970 in local reckoning: first day of the window and of the next one. */
type DaySpan = (day: number, length: number) => { readonly first: number; readonly next: number };

const days: Readonly<Record<'day' | 'week' | 'month' | 'rolling', DaySpan>> = {
  day: (day) => ({ first: day, next: day + 1 }),
  // 1970-01-01 was a Thursday.
  week: (day) => {
    const first = day - ((((day + 3) % 7) + 7) % 7);
    return { first, next: first + 7 };
  },
  month: (day) => {
    const { year, month } = civil(day);
    return {
      first: dayNumber(year, month, 1),
      next: month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1),
    };
  },
  rolling: (day, length) => {
    const first = Math.floor(day / length) * length;
    return { first, next: first + length };
  },
};

/** Hours of the wall: an hour that comes twice when clocks go back is told apart by its offset. */
const hourAt = (atMs: number, timeZone: string): BudgetWindow => {
  const offsetMs = offsetAt(atMs, timeZone);
  const startMs = Math.floor((atMs + offsetMs) / hourMs) * hourMs - offsetMs;
  const local = startMs + offsetMs;
  const hour = String(Math.floor((((local % dayMs) + dayMs) % dayMs) / hourMs)).padStart(2, '0');
  const minutes = offsetMs / minuteMs;
  return {
    id: `hour:${dateText(Math.floor(local / dayMs))}T${hour}${minutes < 0 ? '' : '+'}${minutes}`,
    endMs: startMs + hourMs,
  };
};

const localDay = (atMs: number, timeZone: string): number => Math.floor((atMs + offsetAt(atMs, timeZone)) / dayMs);

/** The first moment of a local day: where midnight is skipped, the moment the clocks jump to. */
const startOfLocalDay = (day: number, timeZone: string): number => {
  const guess = day * dayMs;
  const before = guess - offsetAt(guess - dayMs, timeZone);
  const after = guess - offsetAt(guess + dayMs, timeZone);
  const candidates = [Math.min(before, after), Math.max(before, after)];
  const exact = candidates.find((ms) => ms + offsetAt(ms, timeZone) === guess);
  if (exact !== undefined) return exact;
  // Midnight does not exist: the day begins at the change, which lies between the two candidates.
  let [low, high] = [candidates[0] ?? guess, candidates[1] ?? guess];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (localDay(middle, timeZone) >= day) high = middle;
    else low = middle;
  }
  return localDay(low, timeZone) >= day ? low : high;
};

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    era: 'short',
  });
  formats.set(timeZone, made);
  return made;
};

/** Offsets by zone and quarter of an hour: no zone changes its clocks more finely, and asking the calendar costs microseconds. */
const offsets = new Map<string, Map<number, number>>();
const quarterMs = 15 * minuteMs;
const rememberedOffsets = 4096;

/** Local time minus UTC at a moment, in milliseconds. */
const offsetAt = (atMs: number, timeZone: string): number => {
  if (timeZone === 'UTC') return 0;
  const quarter = Math.floor(atMs / quarterMs);
  let known = offsets.get(timeZone);
  if (known === undefined) {
    known = new Map();
    offsets.set(timeZone, known);
  }
  const remembered = known.get(quarter);
  if (remembered !== undefined) return remembered;
  const offset = readOffset(atMs, timeZone);
  if (known.size >= rememberedOffsets) known.clear();
  known.set(quarter, offset);
  return offset;
};

const readOffset = (atMs: number, timeZone: string): number => {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(atMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const local = dayNumber(year, month, day) * dayMs + hour * hourMs + minute * minuteMs + second * 1000;
  return local - Math.floor(atMs / 1000) * 1000;
};

/** Days since 1970-01-01 of a date in the Gregorian calendar. */
const dayNumber = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
};

/** The date of a day counted from 1970-01-01. */
const civil = (dayNumberOf1970: number): { readonly year: number; readonly month: number; readonly day: number } => {
  const z = dayNumberOf1970 + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
};

const dateText = (day: number): string => {
  const { year, month, day: date } = civil(day);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
};
