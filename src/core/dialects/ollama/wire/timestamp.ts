/** Seconds since 1970 of an RFC 3339 time; undefined when it is not one. */
export const readTimestamp = (text: string | undefined): number | undefined => {
  // Ollama writes nanoseconds; the parser is sure of milliseconds only.
  const milliseconds = Date.parse((text ?? '').replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
};

const daySeconds = 86_400;

/** Seconds since 1970 as RFC 3339 in UTC: `2026-08-17T08:22:52Z`. */
export const writeTimestamp = (seconds: number): string => {
  const days = Math.floor(seconds / daySeconds);
  const rest = seconds - days * daySeconds;
  const { year, month, day } = dateOfDays(days);
  const date = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
  return `${date}T${digits(Math.floor(rest / 3600), 2)}:${digits(Math.floor(rest / 60) % 60, 2)}:${digits(rest % 60, 2)}Z`;
};

const digits = (value: number, width: number): string => String(value).padStart(width, '0');

/** The civil date of a day number, by counting in eras of 400 years that begin in March. */
const dateOfDays = (days: number): { readonly year: number; readonly month: number; readonly day: number } => {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
};
