import { UsageError } from '../../launch/usage-error.ts';

/** A day (UTC) or a moment, as milliseconds since 1970. Throws a `UsageError` that names the flag. */
export const timeOf = (flag: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new UsageError(
    `${flag} must be a day such as 2026-11-24, or a moment such as 2026-11-24T10:00:00Z, got "${text.slice(0, 40)}".`,
  );
};
