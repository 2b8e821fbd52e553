import { type ModelPrice, type PriceSheet, priceOn, priceServices, priceUnits } from '../../money/price.ts';
import type { ModelInfo } from './model-info.ts';
import { writeModel } from './model-line.ts';

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

/** What a newer catalogue changes. Prices are compared as they hold on `today`, and as they will hold at last. */
export const compareCatalogues = (
  before: readonly ModelInfo[],
  after: readonly ModelInfo[],
  today: string,
): CatalogueChanges => {
  const old = new Map(before.map((model) => [nameOf(model), model]));
  const names = new Set(after.map(nameOf));
  const both = after.flatMap((model) => {
    const known = old.get(nameOf(model));
    return known === undefined ? [] : [{ known, model }];
  });
  return {
    added: [...names].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !names.has(name)),
    prices: both.flatMap(({ known, model }) => priceChange(known, model, today) ?? []),
    facts: both.filter(({ known, model }) => factsOf(known) !== factsOf(model)).map(({ model }) => nameOf(model)),
  };
};

const nameOf = ({ provider, id }: ModelInfo): string => `${provider}/${id}`;

const factsOf = ({ price: _, ...facts }: ModelInfo): string => writeModel(facts);

const priceChange = (known: ModelInfo, model: ModelInfo, today: string): PriceChange | undefined => {
  const now = ratesOf(known.price, today);
  const then = ratesOf(model.price, today);
  const changes = [...new Set([...now.keys(), ...then.keys()])]
    .filter((rate) => now.get(rate) !== then.get(rate))
    .map((rate) => ({ rate, before: now.get(rate), after: then.get(rate) }));
  if (changes.length === 0) return undefined;
  const gone = known.price !== undefined && model.price === undefined;
  return { model: nameOf(model), changes, jump: gone || changes.some(isJump) };
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

/** The newer models, those that are named with the price they had before. */
export const withOldPrices = (
  before: readonly ModelInfo[],
  after: readonly ModelInfo[],
  held: ReadonlySet<string>,
): readonly ModelInfo[] => {
  const old = new Map(before.map((model) => [nameOf(model), model]));
  return after.map((model) => {
    if (!held.has(nameOf(model))) return model;
    const { price: _, ...facts } = model;
    const price = old.get(nameOf(model))?.price;
    return price === undefined ? facts : { ...facts, price };
  });
};
