import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { Identified } from '../../../line/records.ts';
import { numberOf, pluginNamed } from '../asked/plugin.ts';
import type { ListedModel } from '../catalogue/listed-models.ts';
import { ableModels, blendedUsd, promptUsd } from './able-models.ts';
import { nothingFits } from './router-names.ts';

interface Scored {
  readonly id: string;
  readonly score: number;
  /** Dollars for a million tokens. */
  readonly usd: number;
  readonly promptUsd: number;
}

type Tier = 0 | 1 | 2;
const tiers: readonly Tier[] = [0, 1, 2];
const most = 3;

/**
 * The models of the score table for `openrouter/pareto-code`: the cheapest of the tier that `min_coding_score` asks for and two more of it. The table
 * is cut into thirds. Under a `max_price` only models count that no other beats in both score and price, the best of them first.
 */
export const choosePareto = (identified: Identified): readonly string[] => {
  const settings = pluginNamed(identified.body, 'pareto-router') ?? {};
  const wanted = numberOf(settings['min_coding_score'], 'plugins.min_coding_score');
  const maxPrice = numberOf(settings['max_price'], 'plugins.max_price');
  const scored = scoredModels(identified);
  if (maxPrice !== undefined) return bestUnder(scored, maxPrice);
  const tier = tierOf(wanted);
  const cut = inTiers(scored);
  // An empty tier borrows of its neighbour.
  const nearest = tiers.toSorted((one, other) => Math.abs(one - tier) - Math.abs(other - tier));
  const found = nearest.map((one) => cut[one]).find((models) => models.length > 0) ?? [];
  if (found.length === 0) throw nothingFits();
  return found
    .toSorted((one, other) => one.usd - other.usd)
    .slice(0, most)
    .map(({ id }) => id);
};

const tierOf = (wanted = 1): Tier => {
  if (wanted >= 0.66) return 2;
  return wanted >= 0.33 ? 1 : 0;
};

const scoredModels = (identified: Identified): readonly Scored[] => {
  const { config } = identified;
  const scores = config.routers?.codingScores ?? {};
  if (Object.keys(scores).length === 0)
    throw new GatewayError(
      'model_not_found',
      '"openrouter/pareto-code" has nothing to choose by here: give models scores in routers.coding_scores of the config file.',
      { param: 'model' },
    );
  return ableModels(identified).flatMap((model) => {
    const score = namesOf(model)
      .map((name) => (Object.hasOwn(scores, name) ? scores[name] : undefined))
      .find((found) => found !== undefined);
    const usd = blendedUsd(model, config);
    // A model nobody knows the price of is never the cheapest.
    if (score === undefined || usd === undefined) return [];
    return [{ id: model.id, score, usd, promptUsd: promptUsd(model, config) ?? usd }];
  });
};

const namesOf = ({ id, endpoints }: ListedModel): readonly string[] => [
  id,
  ...endpoints.map(({ provider, model }) => `${provider}/${model}`),
];

const inTiers = (scored: readonly Scored[]): Readonly<Record<Tier, readonly Scored[]>> => {
  const rising = scored.toSorted((one, other) => one.score - other.score);
  const cut: Record<Tier, Scored[]> = { 0: [], 1: [], 2: [] };
  for (const [index, model] of rising.entries()) {
    // The share of models that are no better.
    const share = (index + 1) / rising.length;
    cut[share > 2 / 3 ? 2 : share > 1 / 3 ? 1 : 0].push(model);
  }
  return cut;
};

const bestUnder = (scored: readonly Scored[], maxPrice: number): readonly string[] => {
  const fitting = scored.filter((model) => model.promptUsd <= maxPrice);
  const frontier = fitting.filter(
    (model) =>
      !fitting.some(
        (other) =>
          other.score >= model.score && other.usd <= model.usd && (other.score > model.score || other.usd < model.usd),
      ),
  );
  if (frontier.length === 0)
    throw nothingFits(`No scored model costs at most ${maxPrice} dollars per million prompt tokens`);
  return frontier
    .toSorted((one, other) => other.score - one.score)
    .slice(0, most)
    .map(({ id }) => id);
};
