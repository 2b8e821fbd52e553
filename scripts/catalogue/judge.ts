import type { PriceSource } from '../../src/core/catalog/models/price-sources.ts';
import {
  type ModelPrice,
  type PriceService,
  type PriceSheet,
  type PriceTier,
  type PriceUnit,
  type PriceVersion,
  priceServices,
  priceUnits,
  type Rates,
  ratesFor,
} from '../../src/core/money/price.ts';
import { partsOf, type Quote, type QuotedRates, type RateKey, rateKey } from './quote.ts';

export interface Disagreement {
  readonly provider: string;
  readonly id: string;
  readonly key: RateKey;
  readonly said: readonly (readonly [PriceSource, number])[];
  readonly believed: number | undefined;
  readonly because: 'two agree' | 'models.dev' | 'first of the rest';
}

/** In the order in which sources are named. */
const trusted: readonly PriceSource[] = ['models.dev', 'genai-prices', 'litellm', 'portkey'];

/** Sources round: a thousandth is the same price. */
const same = (one: number, other: number): boolean => Math.abs(one - other) <= Math.max(one, other) / 1000;

interface Verdict {
  readonly rate: number;
  readonly sources: readonly PriceSource[];
  readonly because: Disagreement['because'];
}

/** A rate is believed when two sources agree; else models.dev, which quotes the provider's own page, is; else the first of the others. */
const judge = (said: readonly (readonly [PriceSource, number])[]): Verdict | undefined => {
  const groups = said.map(([, rate]) => said.filter(([, other]) => same(rate, other)));
  const largest = groups.toSorted((one, other) => other.length - one.length)[0];
  const [first] = largest ?? [];
  if (largest === undefined || first === undefined) return undefined;
  const sources = largest.map(([source]) => source);
  if (largest.length > 1) return { rate: first[1], sources, because: 'two agree' };
  const own = said.find(([source]) => source === 'models.dev');
  const [source, rate] = own ?? first;
  return { rate, sources: [source], because: own === undefined ? 'first of the rest' : 'models.dev' };
};

/** One price out of what all sources say of a model, and where they differ. Undefined when nobody names one. */
export const judgePrice = (
  quotes: readonly Quote[],
): { readonly price: ModelPrice | undefined; readonly disagreements: readonly Disagreement[] } => {
  const priced = quotes.filter(({ rates }) => rates.size > 0);
  const [quoted] = priced;
  if (quoted === undefined) return { price: undefined, disagreements: [] };
  const { provider, id } = quoted;
  const rates: QuotedRates = new Map();
  const verdicts = new Map<RateKey, Verdict>();
  const disagreements: Disagreement[] = [];
  for (const key of new Set(priced.flatMap((quote) => [...quote.rates.keys()]))) {
    const said = priced.flatMap((quote): (readonly [PriceSource, number])[] => {
      const rate = quote.rates.get(key);
      return rate === undefined ? [] : [[quote.source, rate]];
    });
    const verdict = judge(said);
    if (verdict === undefined) continue;
    const dropped = isTierOfOneHand(key, verdict, priced);
    if (!dropped) {
      rates.set(key, verdict.rate);
      verdicts.set(key, verdict);
    }
    const differ = said.some(([, rate]) => !same(rate, verdict.rate));
    if (differ || dropped) {
      const believed = dropped ? undefined : verdict.rate;
      disagreements.push({ provider, id, key, said, believed, because: dropped ? 'models.dev' : verdict.because });
    }
  }
  dropDearCache(rates);
  return { price: versions(rates, verdicts, priced), disagreements };
};

/** What was cached never costs more than what was not: such a rate belongs to another host behind the same name. */
const dropDearCache = (rates: QuotedRates): void => {
  const read = rateKey('standard', 0, 'cache-read');
  if ((rates.get(read) ?? 0) > (rates.get(rateKey('standard', 0, 'input')) ?? Number.POSITIVE_INFINITY))
    rates.delete(read);
};

/** Tiers come and go. When models.dev has the model's price without a tier, one other source is not enough to believe in it. */
const isTierOfOneHand = (key: RateKey, verdict: Verdict, priced: readonly Quote[]): boolean => {
  const { aboveTokens, service } = partsOf(key);
  if (aboveTokens === 0 || service !== 'standard' || verdict.sources.length > 1) return false;
  const own = priced.find(({ source }) => source === 'models.dev');
  return own?.rates.has(rateKey('standard', 0, 'input')) === true && !own.rates.has(key);
};

const versions = (
  rates: QuotedRates,
  verdicts: ReadonlyMap<RateKey, Verdict>,
  priced: readonly Quote[],
): ModelPrice | undefined => {
  const dated = priced.find(({ otherVersions }) => otherVersions !== undefined);
  const current = versionOf(rates, { ...basis(rates, verdicts), validFrom: dated?.validFrom });
  if (current === undefined) return undefined;
  const believed = dated !== undefined && sameBase(dated.rates, rates);
  const others = believed
    ? (dated.otherVersions ?? []).flatMap(
        (other) => versionOf(other.rates, { sources: [dated.source], agreed: false, validFrom: other.validFrom }) ?? [],
      )
    : [];
  return [...others, current].toSorted((one, other) => ((one.validFrom ?? '') < (other.validFrom ?? '') ? -1 : 1));
};

const sameBase = (one: QuotedRates, other: QuotedRates): boolean =>
  (['input', 'output'] as const).every((unit) => {
    const key = rateKey('standard', 0, unit);
    return same(one.get(key) ?? -1, other.get(key) ?? -1);
  });

/** Input and output carry the word of the whole price; where there are none, whatever there is. */
const basis = (
  rates: QuotedRates,
  verdicts: ReadonlyMap<RateKey, Verdict>,
): { readonly sources: readonly PriceSource[]; readonly agreed: boolean } => {
  const main = (['input', 'output'] as const)
    .map((unit) => rateKey('standard', 0, unit))
    .filter((key) => rates.has(key));
  const found = (main.length > 0 ? main : [...rates.keys()]).flatMap((key) => verdicts.get(key) ?? []);
  const sources = trusted.filter((source) => found.every((verdict) => verdict.sources.includes(source)));
  const all =
    sources.length > 0
      ? sources
      : trusted.filter((source) => found.some((verdict) => verdict.sources.includes(source)));
  return { sources: all, agreed: found.length > 0 && found.every((verdict) => verdict.sources.length > 1) };
};

const versionOf = (
  rates: QuotedRates,
  about: { readonly sources: readonly PriceSource[]; readonly agreed: boolean; readonly validFrom: string | undefined },
): PriceVersion | undefined => {
  const standard = sheetOf(rates, 'standard');
  if (Object.keys(standard.rates).length === 0) return undefined;
  const services = priceServices.flatMap((service) => {
    const sheet = differing(sheetOf(rates, service), standard);
    return Object.keys(sheet.rates).length === 0 && sheet.tiers.length === 0 ? [] : [[service, sheet] as const];
  });
  const { validFrom, sources, agreed } = about;
  return {
    ...(validFrom === undefined ? {} : { validFrom }),
    standard,
    services: Object.fromEntries(services),
    sources,
    agreed,
  };
};

/** A service's rates without those that are charged so anyway: its own base lies over the standard tier, so a tier of it counts against both. */
const differing = (sheet: PriceSheet, standard: PriceSheet): PriceSheet => {
  const rates = without(sheet.rates, standard.rates);
  const tiers = sheet.tiers.map(({ aboveInputTokens, rates: above }) => ({
    aboveInputTokens,
    rates: without(above, { ...ratesFor(standard, aboveInputTokens + 1), ...rates }),
  }));
  return { rates, tiers: tiers.filter((tier) => Object.keys(tier.rates).length > 0) };
};

const without = (rates: Rates, others: Rates): Rates =>
  Object.fromEntries(Object.entries(rates).filter(([unit, rate]) => others[unit as PriceUnit] !== rate));

const sheetOf = (rates: QuotedRates, service: PriceService | 'standard'): PriceSheet => {
  const byThreshold = Map.groupBy(
    [...rates].filter(([key]) => partsOf(key).service === service),
    ([key]) => partsOf(key).aboveTokens,
  );
  const ratesAt = (above: number): Rates => {
    const entries = byThreshold.get(above) ?? [];
    return Object.fromEntries(
      priceUnits.flatMap((unit) => {
        const found = entries.find(([key]) => partsOf(key).unit === unit);
        return found === undefined ? [] : [[unit, found[1]]];
      }),
    );
  };
  const tiers: readonly PriceTier[] = [...byThreshold.keys()]
    .filter((above) => above > 0)
    .toSorted((one, other) => one - other)
    .map((aboveInputTokens) => ({ aboveInputTokens, rates: ratesAt(aboveInputTokens) }));
  return { rates: ratesAt(0), tiers };
};
