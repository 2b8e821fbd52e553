import type { ModelInfo } from '../../src/core/catalog/models/model-info.ts';
import type { PriceSource } from '../../src/core/catalog/models/price-sources.ts';
import type { PriceService, PriceUnit } from '../../src/core/money/price.ts';

/** One rate of one source, flat, so that the rates of several sources can be compared one by one: `standard/200000/input`. */
export type RateKey = `${PriceService | 'standard'}/${number}/${PriceUnit}`;

export type QuotedRates = Map<RateKey, number>;

/** What one source says of one model of one of our providers. */
export interface Quote {
  readonly source: PriceSource;
  readonly provider: string;
  readonly id: string;
  readonly facts: Partial<Omit<ModelInfo, 'provider' | 'id' | 'price'>>;
  /** As they hold on the day of the sources. Empty when it names no price. */
  readonly rates: QuotedRates;
  /** It says that the model takes no sampling parameters. */
  readonly fixedSampling?: boolean;
  /** Earlier and later prices, where a source dates them. */
  readonly otherVersions?: readonly { readonly validFrom?: string; readonly rates: QuotedRates }[];
  /** The day from which `rates` hold. */
  readonly validFrom?: string;
}

export const dollarsPerMillion = (dollars: number): number => Math.round(dollars * 1e9);

export const rateKey = (service: PriceService | 'standard', aboveTokens: number, unit: PriceUnit): RateKey =>
  `${service}/${aboveTokens}/${unit}`;

export const partsOf = (
  key: RateKey,
): { readonly service: PriceService | 'standard'; readonly aboveTokens: number; readonly unit: PriceUnit } => {
  const [service = '', above = '', unit = ''] = key.split('/');
  return { service: service as PriceService | 'standard', aboveTokens: Number(above), unit: unit as PriceUnit };
};

/** A thousand dollars for a million tokens, or for one piece: whoever says more has counted in cents. */
const dearest = 1e12;

/** Sets a rate that is a number of use; some sources write 0 for what does not exist, so 0 counts for input and output only. */
export const setRate = (rates: QuotedRates, key: RateKey, rate: number): void => {
  if (!Number.isFinite(rate) || rate < 0) return;
  const { unit } = partsOf(key);
  if (rate > dearest) return;
  if (rate === 0 && unit !== 'input' && unit !== 'output') return;
  rates.set(key, Math.round(rate));
};

type Unknown = Readonly<Record<string, unknown>>;

export const record = (value: unknown): Unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Unknown) : {};

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** A limit that can be one: sources write 0 for what they do not know. */
export const limit = (value: unknown): number | undefined => {
  const count = typeof value === 'string' ? Number(value) : value;
  return typeof count === 'number' && Number.isInteger(count) && count > 0 && count < 1e10 ? count : undefined;
};

export const day = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(value) ? value : undefined;

/** Leaves out what is undefined. */
export const known = <Members extends object>(
  members: Members,
): { [Key in keyof Members]: Exclude<Members[Key], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) as never;
