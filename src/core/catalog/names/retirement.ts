import type { ModelInfo } from '../models/model-info.ts';
import { type Renamed, renamedRow } from './renamed.ts';

/** How long before a model goes its callers are told. */
const noticeDays = 30;

/** Something a caller of a model should know, in words; `retiresOn` when it is about its end. */
export interface ModelNotice {
  readonly provider: string;
  readonly model: string;
  readonly text: string;
  readonly retiresOn?: string;
}

/** The day a provider begins to refuse a model, if it is known. */
export const retirementOf = (provider: string, id: string, info: ModelInfo | undefined): string | undefined =>
  info?.retiresOn ?? renamedRow(provider, id)?.retiredOn;

export const isRetired = (
  provider: string,
  id: string,
  at: { readonly info: ModelInfo | undefined; readonly today: string },
): boolean => {
  const day = retirementOf(provider, id, at.info);
  return day !== undefined && day <= at.today;
};

export interface Settled {
  readonly model: string;
  readonly notices: readonly ModelNotice[];
}

const nothing: readonly ModelNotice[] = [];

/**
 * The id to ask for: another one for an id that was renamed, or is retired and has a successor. An operator's own address is asked for what was
 * said, since only the provider's own has retired it. `today` is a day, `YYYY-MM-DD`.
 */
export const settleName = (
  id: string,
  at: {
    readonly provider: string;
    readonly info: ModelInfo | undefined;
    readonly today: string;
    readonly ownAddress: boolean;
  },
): Settled => {
  const { provider, info, today } = at;
  const row = renamedRow(provider, id);
  const day = info?.retiresOn ?? row?.retiredOn;
  if (day === undefined)
    return row?.to === undefined || info !== undefined ? { model: id, notices: nothing } : moved(id, row, row.to);
  if (day <= today) return retired(id, { provider, day, to: at.ownAddress ? undefined : row?.to });
  const days = daysBetween(today, day);
  if (days > noticeDays) return { model: id, notices: nothing };
  const text = `${id} retires on ${day}${row?.to === undefined ? '' : `, use ${row.to}`}`;
  return { model: id, notices: [{ provider, model: id, text, retiresOn: day }] };
};

const moved = (id: string, { provider }: Renamed, to: string): Settled => ({
  model: to,
  notices: [{ provider, model: id, text: `${id} is called ${to} now` }],
});

const retired = (
  id: string,
  { provider, day, to }: { readonly provider: string; readonly day: string; readonly to: string | undefined },
): Settled => {
  const text = `${id} was retired on ${day}${to === undefined ? '' : `, ${to} answers in its place`}`;
  return { model: to ?? id, notices: [{ provider, model: id, text, retiresOn: day }] };
};

/** Whole days from one day to another. */
export const daysBetween = (from: string, to: string): number => dayNumber(to) - dayNumber(from);

/** Days since 1970 of `YYYY-MM-DD`, by the civil calendar. */
export const dayNumber = (day: string): number => {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
};

/** The day of a moment in milliseconds since 1970, `YYYY-MM-DD`. */
export const dayOf = (wallMs: number): string => {
  const days = Math.floor(wallMs / 86_400_000) + 719_468;
  const era = Math.floor(days / 146_097);
  const ofEra = days - era * 146_097;
  const years = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * years + Math.floor(years / 4) - Math.floor(years / 100));
  const part = Math.floor((5 * ofYear + 2) / 153);
  const month = part < 10 ? part + 3 : part - 9;
  const year = years + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(ofYear - Math.floor((153 * part + 2) / 5) + 1)}`;
};

const two = (value: number): string => String(value).padStart(2, '0');
