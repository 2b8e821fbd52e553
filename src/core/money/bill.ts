import type { Usage } from '../ir/index.ts';
import {
  type PieceUnit,
  type PriceService,
  type PriceUnit,
  type PriceVersion,
  type Rates,
  ratesFor,
  unitsPerRate,
} from './price.ts';

/** What an operator takes off the list price or puts on it. Parts per million: 100_000 is ten percent. */
export interface Terms {
  readonly discountPartsPerMillion?: number;
  readonly marginPartsPerMillion?: number;
  /** Put on every call. */
  readonly marginNanoUsd?: bigint;
}

export interface BillLine {
  readonly unit: PriceUnit;
  readonly quantity: number;
  /** Whole nano-dollars for `per` units. */
  readonly rate: number;
  readonly per: 1 | 1_000_000;
  readonly nanoUsd: bigint;
}

/** Nano-dollars throughout. `nanoUsd` is what is charged: list, less discount, plus margin. */
export interface Bill {
  readonly lines: readonly BillLine[];
  readonly listNanoUsd: bigint;
  readonly discountNanoUsd: bigint;
  readonly marginNanoUsd: bigint;
  readonly nanoUsd: bigint;
  /** Used, and no rate says what it costs: the bill does not hold it. */
  readonly unpriced: readonly PriceUnit[];
}

export interface BillOptions {
  readonly terms?: Terms;
}

/**
 * The one function that says what a call costs. Every line is rounded up once, to whole nano-dollars; nothing else is rounded but discount
 * (down) and margin (up). The tier is that of the whole input, cached or not, and holds for the whole call.
 */
export const billOf = (usage: Usage, price: PriceVersion, options: BillOptions = {}): Bill => {
  const rates = ratesOf(usage, price, usage.service);
  const lines: BillLine[] = [];
  const unpriced: PriceUnit[] = [];
  for (const [unit, quantity] of quantities(usage, rates)) {
    if (quantity <= 0) continue;
    const rate = rates[unit];
    if (rate === undefined) unpriced.push(unit);
    else lines.push(lineOf(unit, quantity, rate));
  }
  const listNanoUsd = lines.reduce((sum, line) => sum + line.nanoUsd, 0n);
  return { lines, listNanoUsd, unpriced, ...termsOf(listNanoUsd, options.terms ?? {}) };
};

const million = 1_000_000n;

const lineOf = (unit: PriceUnit, quantity: number, rate: number): BillLine => {
  const per = unitsPerRate(unit);
  // Seconds have fractions: a millionth of a unit is the finest that counts.
  const millionths = BigInt(Math.round(quantity * 1_000_000));
  return { unit, quantity, rate, per, nanoUsd: dividedUp(millionths * BigInt(rate), BigInt(per) * million) };
};

const dividedUp = (amount: bigint, by: bigint): bigint => (amount + by - 1n) / by;

const termsOf = (
  list: bigint,
  { discountPartsPerMillion = 0, marginPartsPerMillion = 0, marginNanoUsd = 0n }: Terms,
): Pick<Bill, 'discountNanoUsd' | 'marginNanoUsd' | 'nanoUsd'> => {
  if (discountPartsPerMillion === 0 && marginPartsPerMillion === 0 && marginNanoUsd === 0n)
    return { discountNanoUsd: 0n, marginNanoUsd: 0n, nanoUsd: list };
  const discount = (list * BigInt(discountPartsPerMillion)) / million;
  const margin = dividedUp((list - discount) * BigInt(marginPartsPerMillion), million) + marginNanoUsd;
  return { discountNanoUsd: discount, marginNanoUsd: margin, nanoUsd: list - discount + margin };
};

/** The rates in force: a service's own, over the standard ones, each in the tier of this input. */
const ratesOf = (usage: Usage, { standard, services }: PriceVersion, service: PriceService | undefined): Rates => {
  const input = sane(usage.inputTokens) + sane(usage.toolInputTokens);
  const base = ratesFor(standard, input);
  const sheet = service === undefined ? undefined : services[service];
  return sheet === undefined ? base : { ...base, ...ratesFor(sheet, input) };
};

/** A provider's count may be nonsense; less than nothing is nothing. */
const sane = (tokens: number | undefined): number =>
  tokens !== undefined && Number.isFinite(tokens) && tokens > 0 ? Math.trunc(tokens) : 0;

/** A part of a total, at most what is left of it. Without lists: every call is billed several times. */
const partOf = (left: number, part: number | undefined): number =>
  part === undefined ? 0 : Math.min(sane(part), left);

/**
 * Everything that was used, each token once: parts leave their totals, and a part without a rate of its own is charged with what it falls back
 * to, on one line.
 */
const quantities = (usage: Usage, rates: Rates): ReadonlyMap<PriceUnit, number> => {
  let input = sane(usage.inputTokens);
  const read = partOf(input, usage.cacheReadTokens);
  input -= read;
  const written = partOf(input, usage.cacheWriteTokens);
  input -= written;
  const audioIn = partOf(input, usage.audioInputTokens);
  input -= audioIn;
  const imageIn = partOf(input, usage.imageInputTokens);
  input -= imageIn;
  const oneHour = partOf(written, usage.cacheWriteOneHourTokens);
  const fiveMinutes = written - oneHour;
  let output = sane(usage.outputTokens);
  const audioOut = partOf(output, usage.audioOutputTokens);
  output -= audioOut;
  const imageOut = partOf(output, usage.imageOutputTokens);
  output -= imageOut;
  const reasoning = partOf(output, usage.reasoningTokens);
  output -= reasoning;
  const found = new Map<PriceUnit, number>();
  const add = (unit: PriceUnit, quantity: number): void => {
    const charged = chargedAs(unit, rates);
    found.set(charged, (found.get(charged) ?? 0) + quantity);
  };
  add('input', input + sane(usage.toolInputTokens));
  add('cache-read', read);
  add('cache-write', fiveMinutes);
  add('cache-write-1h', oneHour);
  add('audio-input', audioIn);
  add('image-input', imageIn);
  add('output', output);
  add('reasoning', reasoning);
  add('audio-output', audioOut);
  add('image-output', imageOut);
  addPieces(found, usage.pieces ?? {}, rates);
  return found;
};

/** Pieces without a rate cost nothing: most models charge none. Seconds may have fractions. */
const addPieces = (found: Map<PriceUnit, number>, pieces: NonNullable<Usage['pieces']>, rates: Rates): void => {
  for (const [unit, quantity] of Object.entries(pieces))
    if (rates[unit as PieceUnit] !== undefined && Number.isFinite(quantity))
      found.set(unit as PieceUnit, Math.max(0, quantity));
  if (rates.request !== undefined && pieces.request === undefined) found.set('request', 1);
};

/** What a unit without a rate of its own is charged as. */
const fallbacks: Readonly<Partial<Record<PriceUnit, PriceUnit>>> = {
  'cache-write-1h': 'cache-write',
  'cache-write': 'input',
  'cache-read': 'input',
  'audio-input': 'input',
  'image-input': 'input',
  reasoning: 'output',
  'audio-output': 'output',
  'image-output': 'output',
};

const chargedAs = (unit: PriceUnit, rates: Rates): PriceUnit => {
  if (rates[unit] !== undefined) return unit;
  const next = fallbacks[unit];
  return next === undefined ? unit : chargedAs(next, rates);
};
