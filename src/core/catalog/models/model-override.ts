import type { PriceVersion } from '../../money/price.ts';
import { unknownModel } from './facts-of-model.ts';
import type { ModelCatalogue } from './model-catalogue.ts';
import type { ModelInfo } from './model-info.ts';

/** What an operator says of a model; the rest is the catalogue's. */
export type ModelOverride = Pick<ModelInfo, 'provider' | 'id'> &
  Partial<Omit<ModelInfo, 'provider' | 'id' | 'price'>> & { readonly price?: PriceVersion };

/** The catalogue with the operator's words over it. A model it does not know is a chat model of texts unless they say otherwise. */
export const withOverrides = (catalogue: ModelCatalogue, overrides: readonly ModelOverride[]): ModelCatalogue =>
  overrides.length === 0
    ? catalogue
    : catalogue.with(
        overrides.map(({ price, ...facts }) => ({
          ...(catalogue.find(facts.provider, facts.id) ?? unknownModel(facts)),
          ...facts,
          ...(price === undefined ? {} : { price: [price] }),
        })),
      );
