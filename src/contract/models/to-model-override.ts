import type { ModelOverride } from '../../core/catalog/models/model-override.ts';
import type { PriceSheet, PriceVersion, Rates } from '../../core/money/price.ts';
import { type ModelDocument, type PricesDocument, priceKeys } from './model-schema.ts';

/** The checked entry in the code's own spelling. */
export const toModelOverride = (model: ModelDocument): ModelOverride => {
  const slash = model.id.indexOf('/');
  const members = {
    title: model.title,
    mode: model.mode,
    contextTokens: model.context_tokens,
    maxInputTokens: model.max_input_tokens,
    maxOutputTokens: model.max_output_tokens,
    inputModalities: model.input_modalities,
    outputModalities: model.output_modalities,
    parameters: model.parameters,
    retiresOn: model.retires_on,
    price: model.prices === undefined ? undefined : toPrice(model.prices),
  };
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), provider: model.id.slice(0, slash), id: model.id.slice(slash + 1) };
};

export const toPrice = (prices: PricesDocument, source = 'operator'): PriceVersion => ({
  standard: toSheet(prices),
  services: Object.fromEntries(Object.entries(prices.services ?? {}).map(([name, sheet]) => [name, toSheet(sheet)])),
  sources: [source],
  agreed: true,
});

const toSheet = (sheet: Pick<PricesDocument, 'tiers'> & Readonly<Record<string, unknown>>): PriceSheet => ({
  rates: toRates(sheet),
  tiers: (sheet.tiers ?? [])
    .map((tier) => ({ aboveInputTokens: tier.above_input_tokens, rates: toRates(tier) }))
    .toSorted((one, other) => one.aboveInputTokens - other.aboveInputTokens),
});

const toRates = (members: Readonly<Record<string, unknown>>): Rates =>
  Object.fromEntries(
    [...priceKeys].flatMap(([key, unit]) => {
      const dollars = members[key];
      return typeof dollars === 'number' ? [[unit, Math.round(dollars * 1e9)]] : [];
    }),
  );
