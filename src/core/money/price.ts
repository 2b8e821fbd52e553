/**
 * What is charged by the million: tokens, characters, pixels. A rate of these is whole nano-dollars for a million of them, so 3 dollars per
 * million tokens is 3_000_000_000.
 */
export const millionUnits = [
  'input',
  'output',
  'cache-read',
  'cache-write',
  'cache-write-1h',
  'reasoning',
  'audio-input',
  'audio-output',
  'audio-cache-read',
  'image-input',
  'image-output',
  'image-cache-read',
  'video-output',
  'citation',
  'characters',
  'pixels',
] as const;

/** What is charged by the piece. A rate of these is whole nano-dollars for one. */
export const pieceUnits = [
  'request',
  'image',
  'input-image',
  'input-second',
  'output-second',
  'page',
  'query',
  'web-search',
  'file-search',
  'code-session',
] as const;

export type PieceUnit = (typeof pieceUnits)[number];

export const priceUnits = [...millionUnits, ...pieceUnits] as const;
export type PriceUnit = (typeof priceUnits)[number];

/** Largest rate that is believed: 9,000 dollars, for a million tokens or for one piece. It also keeps every rate a safe integer. */
export const largestRate = 9_000_000_000_000;

/**
 * Whole nano-dollars by unit. What is not named falls back when it is charged: `reasoning`, `audio-output`, `image-output` and
 * `video-output` to `output`; `cache-write-1h` to `cache-write`; the other kinds of input, cached or not, to `input`. Pieces that are not named
 * cost nothing.
 */
export type Rates = Readonly<Partial<Record<PriceUnit, number>>>;

/** Rates of requests whose input is longer than `aboveInputTokens` (strictly). They hold for the whole request; what a tier does not name is charged as below it. */
export interface PriceTier {
  readonly aboveInputTokens: number;
  readonly rates: Rates;
}

export interface PriceSheet {
  readonly rates: Rates;
  /** By rising threshold; compared as numbers. */
  readonly tiers: readonly PriceTier[];
}

/** Ways to be served at another price than the standard one. */
export const priceServices = ['batch', 'flex', 'priority', 'fast'] as const;
export type PriceService = (typeof priceServices)[number];

/** Prices as they hold from one day on, in US dollars. */
export interface PriceVersion {
  /** `YYYY-MM-DD`, from midnight UTC; absent for the first version, which holds since ever. */
  readonly validFrom?: string;
  readonly standard: PriceSheet;
  /** A service names only what differs; the rest is charged as standard. */
  readonly services: Readonly<Partial<Record<PriceService, PriceSheet>>>;
  /** Where input and output (or the only rate there is) were found. */
  readonly sources: readonly string[];
  /** Two sources or more say the same, or the operator set it. */
  readonly agreed: boolean;
}

/** One version at least, by rising `validFrom`. */
export type ModelPrice = readonly PriceVersion[];

/** What is free is free by somebody's word, and not because nobody named a price. */
export const freePrice: ModelPrice = [
  { standard: { rates: { input: 0, output: 0 }, tiers: [] }, services: {}, sources: ['free'], agreed: true },
];

/** The source of what an operator sets for models of which nobody names a price. */
export const ceilingSource = 'ceiling';

/** The version that holds on a day (`YYYY-MM-DD`); texts of this form compare as days do. */
export const priceOn = (price: ModelPrice, day: string): PriceVersion | undefined =>
  price.findLast(({ validFrom }) => validFrom === undefined || validFrom <= day);

/** A version's name for people. */
export const priceName = (price: PriceVersion | undefined): string => {
  if (price === undefined) return 'unpriced';
  return price.sources[0] === ceilingSource
    ? ceilingSource
    : `${price.validFrom ?? 'first'}:${price.sources.join('+')}`;
};

/** The rates of an input of so many tokens: those of the highest tier it is above, over the base. */
export const ratesFor = ({ rates, tiers }: PriceSheet, inputTokens: number): Rates => {
  const tier = tiers.findLast(({ aboveInputTokens }) => inputTokens > aboveInputTokens);
  return tier === undefined ? rates : { ...rates, ...tier.rates };
};

const millions: ReadonlySet<PriceUnit> = new Set(millionUnits);

/** How many units a rate is for. */
export const unitsPerRate = (unit: PriceUnit): 1 | 1_000_000 => (millions.has(unit) ? 1_000_000 : 1);
