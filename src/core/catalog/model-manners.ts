import type { ModelTrait } from '../dialects/dialect.ts';
import { modelMatches } from './model-pattern.ts';
import type { ModelInfo } from './models/model-info.ts';
import type { ProviderEntry } from './provider.ts';
import type { QuirkId } from './quirks.ts';

/** What an encoder must know about one model of one provider. */
export interface MannersOfModel {
  readonly traits: ReadonlySet<ModelTrait>;
  readonly quirks: readonly QuirkId[];
  /** The most tokens the model can write, where the catalogue knows it. */
  readonly maxOutputTokens?: number;
}

/**
 * The manners whose patterns fit the model, over the provider's own quirks. Of several limits the first one counts; what no pattern says is
 * taken from what the catalogue knows of the model.
 */
export const mannersOf = (entry: ProviderEntry, model: string, info?: ModelInfo): MannersOfModel => {
  const fitting = (entry.manners ?? []).filter((manners) => modelMatches(manners.models, model));
  const stated = fitting.find((manners) => manners.maxOutputTokens !== undefined)?.maxOutputTokens;
  const maxOutputTokens = stated ?? outputLimit(info);
  const quirks = new Set([...(entry.quirks ?? []), ...fitting.flatMap((manners) => manners.quirks ?? [])]);
  return {
    traits: new Set([...fitting.flatMap((manners) => manners.traits ?? []), ...traitsOf(info)]),
    quirks: [...quirks],
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
};

/** A limit as large as the context says nothing: asking for it would leave no room for the prompt. */
const outputLimit = (info: ModelInfo | undefined): number | undefined => {
  if (info?.maxOutputTokens === undefined) return undefined;
  const { maxOutputTokens, contextTokens } = info;
  return contextTokens === undefined || maxOutputTokens <= contextTokens / 2 ? maxOutputTokens : undefined;
};

/** A model that takes efforts and no budget thinks in steps; the words for it are those of its maker's own format, and others never read them. */
const traitsOf = (info: ModelInfo | undefined): readonly ModelTrait[] => {
  const reasoning = info?.reasoning;
  if (reasoning?.efforts === undefined || reasoning.budget !== undefined) return [];
  if (info?.author === 'anthropic') return ['adaptive-thinking'];
  return info?.author === 'google' ? ['thinking-levels'] : [];
};
