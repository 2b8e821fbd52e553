import { type ModelPrice, type PriceSheet, priceOn, priceServices, priceUnits } from '../../money/price.ts';
import type { ModelInfo } from './model-info.ts';
import { readModel } from './model-line.ts';

/** One rate that is another one now; `undefined` where there is none. */
export interface RateChange {
  /** `input`, `batch output above 200000`. */
  readonly rate: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

export interface PriceChange {
  /** `provider/id` */
  readonly model: string;
  readonly changes: readonly RateChange[];
  /** One rate has changed by more than half, or the price is gone. */
  readonly jump: boolean;
}

export interface CatalogueChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly prices: readonly PriceChange[];
  /** Models of which something else has changed. */
  readonly facts: readonly string[];
}

/** What a newer catalogue changes, by the two files' bodies. Prices are compared as they hold on `today`, and as they will hold at last. */
export const compareCatalogues = (before: string, after: string, today: string): CatalogueChanges => {
  const old = linesByName(before);
  const next = linesByName(after);
  // Most lines are the same, and those need not be read.
  const differing = [...next].flatMap(([name, line]) => {
    const known = old.get(name);
    return known === undefined || known === line ? [] : [{ name, known, line }];
  });
  return {
    added: [...next.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !next.has(name)),
    prices: differing.flatMap(
      ({ name, known, line }) => priceChange(name, readModel(known), readModel(line), today) ?? [],
    ),
    facts: differing.filter(({ known, line }) => factsOf(known) !== factsOf(line)).map(({ name }) => name),
  };
};

const linesByName = (body: string): ReadonlyMap<string, string> =>
  new Map(
    body
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('\t')), line]),
  );

/** A line without its last column, the price. */
const factsOf = (line: string): string => line.slice(0, line.lastIndexOf('\t'));

const priceOf = (line: string): string => line.slice(line.lastIndexOf('\t'));

const priceChange = (name: string, known: ModelInfo, model: ModelInfo, today: string): PriceChange | undefined => {
  const now = ratesOf(known.price, today);
  const then = ratesOf(model.price, today);
  const changes = [...new Set([...now.keys(), ...then.keys()])]
    .filter((rate) => now.get(rate) !== then.get(rate))
    .map((rate) => ({ rate, before: now.get(rate), after: then.get(rate) }));
  if (changes.length === 0) return undefined;
  const gone = known.price !== undefined && model.price === undefined;
  return { model: name, changes, jump: gone || changes.some(isJump) };
};

/** A rate that is new changes nothing that was charged under its name; one that is gone falls back to another, so it counts as no jump by itself. */
const isJump = ({ before, after }: RateChange): boolean => {
  if (before === undefined || after === undefined) return false;
  return Math.abs(after - before) > before / 2;
};

const ratesOf = (price: ModelPrice | undefined, today: string): ReadonlyMap<string, number> => {
  const rates = new Map<string, number>();
  if (price === undefined) return rates;
  const versions = [
    ['', priceOn(price, today)],
    ['later ', price.at(-1)],
  ] as const;
  for (const [when, version] of versions) {
    if (version === undefined || (when !== '' && price.length === 1)) continue;
    addSheet(rates, when, version.standard);
    for (const service of priceServices) {
      const sheet = version.services[service];
      if (sheet !== undefined) addSheet(rates, `${when}${service} `, sheet);
    }
  }
  return rates;
};

const addSheet = (into: Map<string, number>, name: string, { rates, tiers }: PriceSheet): void => {
  for (const { above, of } of [
    { above: '', of: rates },
    ...tiers.map((tier) => ({ above: ` above ${tier.aboveInputTokens}`, of: tier.rates })),
  ]) {
    for (const unit of priceUnits) {
      const rate = of[unit];
      if (rate !== undefined) into.set(`${name}${unit}${above}`, rate);
    }
  }
};

/** The newer body, in which the models that are named have the price they had before. */
export const withOldPrices = (before: string, after: string, held: ReadonlySet<string>): string => {
  if (held.size === 0) return after;
  const old = linesByName(before);
  return [...linesByName(after)]
    .map(([name, line]) => {
      const known = held.has(name) ? old.get(name) : undefined;
      return `${known === undefined ? line : factsOf(line) + priceOf(known)}\n`;
    })
    .join('');
};
