import type { ModelTrait } from '../dialects/dialect.ts';
import { modelMatches } from './model-pattern.ts';
import type { ProviderEntry } from './provider.ts';
import type { QuirkId } from './quirks.ts';

/** What an encoder must know about one model of one provider. */
export interface MannersOfModel {
  readonly traits: ReadonlySet<ModelTrait>;
  readonly quirks: readonly QuirkId[];
  /** The most tokens the model can write, where the catalogue knows it. */
  readonly maxOutputTokens?: number;
}

/** The manners whose patterns fit the model, over the provider's own quirks. Of several limits the first one counts. */
export const mannersOf = (entry: ProviderEntry, model: string): MannersOfModel => {
  const fitting = (entry.manners ?? []).filter((manners) => modelMatches(manners.models, model));
  const maxOutputTokens = fitting.find((manners) => manners.maxOutputTokens !== undefined)?.maxOutputTokens;
  const quirks = new Set([...(entry.quirks ?? []), ...fitting.flatMap((manners) => manners.quirks ?? [])]);
  return {
    traits: new Set(fitting.flatMap((manners) => manners.traits ?? [])),
    quirks: [...quirks],
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
};
