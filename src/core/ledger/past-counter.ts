const dayMs = 86_400_000;

/** Days a window lasts at most. */
const longest: Readonly<Record<string, number>> = { hour: 1, day: 2, week: 8, month: 32 };

/**
 * Whether a counter's window is over for good, whatever its time zone. A counter is named `BUDGET@KIND:FIRST-DAY`; those of lifetimes and of credits never
 * are.
 */
export const isPastCounter = (id: string, atMs: number): boolean => {
  const [, kind = '', first = ''] = /@(hour|day|week|month|rolling):(\d{4}-\d{2}-\d{2})(?:T[^@]*)?$/.exec(id) ?? [];
  if (first === '') return false;
  const days = longest[kind] ?? rollingDays(id);
  // Two days more: the first day was that of a time zone.
  return days !== undefined && Date.parse(`${first}T00:00:00Z`) + (days + 2) * dayMs < atMs;
};

const rollingDays = (id: string): number | undefined => {
  const [, days] = /\/rolling-(\d{1,5})[^@]*@/.exec(id) ?? [];
  return days === undefined ? undefined : Number(days) + 1;
};
