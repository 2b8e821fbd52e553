import { factsOfModel } from '../../core/catalog/models/facts-of-model.ts';
import type { ModelInfo } from '../../core/catalog/models/model-info.ts';
import { indexOf } from '../../core/catalog/names/name-index.ts';
import { priceOn } from '../../core/money/price.ts';
import type { ModelCard } from '../../core/routing/learned/model-card.ts';
import type { CompiledConfig } from '../compiled-config.ts';

/** A model that may answer. Everything but its id may be unknown. */
export interface Candidate {
  readonly card: ModelCard;
  /** What a key's policy is asked about: the client's own word, and `provider/model` where it leads somewhere. */
  readonly names: readonly string[];
  readonly contextTokens?: number;
  /** `false` when it is known that the model takes no tools. */
  readonly takesTools?: boolean;
}

/** The candidate behind a provider's and a model's name, with what the catalogue knows of it. `id` is how the decision names it. */
export const candidateOf = (
  config: CompiledConfig,
  named: { readonly id: string; readonly provider?: string; readonly model: string },
): Candidate => {
  const { id, provider, model } = named;
  const info = findInfo(config, provider, model);
  const known = info === undefined ? [] : [`${info.provider}/${info.id}`];
  const asked = provider === undefined ? model : `${provider}/${model}`;
  return {
    card: { id, ...pricesOf(info, config.today()), ...(info?.reasoning === undefined ? {} : { reasons: true }) },
    names: [...new Set([asked, ...known])],
    ...(info?.contextTokens === undefined ? {} : { contextTokens: info.contextTokens }),
    ...(info === undefined || info.parameters.length === 0 ? {} : { takesTools: info.parameters.includes('tools') }),
  };
};

const findInfo = (config: CompiledConfig, provider: string | undefined, model: string): ModelInfo | undefined => {
  const slash = model.indexOf('/');
  if (provider === undefined && slash > 0) {
    const own = findInfo(config, model.slice(0, slash), model.slice(slash + 1));
    if (own !== undefined) return own;
  }
  const { byId, byAlias, havingId } = indexOf(config);
  const [other] = havingId.get(model) ?? [];
  const entry = provider === undefined ? other?.entry : (byId.get(provider) ?? byAlias.get(provider))?.entry;
  const id = entry?.id ?? provider ?? '';
  return entry?.free === true ? factsOfModel(config, { provider: id, id: model }) : config.models.find(id, model);
};

/** Rates of the catalogue are nano-dollars for a million tokens. */
export const pricesOf = (
  info: ModelInfo | undefined,
  today: string,
): Pick<ModelCard, 'inputPerMillion' | 'outputPerMillion' | 'cachedInputPerMillion'> => {
  const rates = info?.price === undefined ? undefined : priceOn(info.price, today)?.standard.rates;
  const dollars = (rate: number | undefined): number | undefined => (rate === undefined ? undefined : rate / 1e9);
  const [input, output, cached] = [dollars(rates?.input), dollars(rates?.output), dollars(rates?.['cache-read'])];
  return {
    ...(input === undefined ? {} : { inputPerMillion: input }),
    ...(output === undefined ? {} : { outputPerMillion: output }),
    ...(cached === undefined ? {} : { cachedInputPerMillion: cached }),
  };
};
