import type { ChoiceRule, Dial } from '../learned/choice.ts';
import type { Predict, RuleOf } from '../learned/learned-router.ts';
import type { ModelCard } from '../learned/model-card.ts';

/** Of an answer of middling length. */
const usualOutputTokens = 400;
const unknownQuality = 0.5;

/**
 * What is expected where nothing was learned: a model's public strength, or what its price says of it (a tenfold price is about one seventh better), the
 * same for every query.
 */
export const predictByPrior: Predict = ({ facts }, pool) => ({
  familiarity: 0,
  models: pool.map((card) => {
    const { id, inputPerMillion = Number.NaN, outputPerMillion = Number.NaN, latencyMs = Number.NaN } = card;
    const cost = (facts.inputTokens * inputPerMillion + usualOutputTokens * outputPerMillion) / 1e6;
    return {
      model: id,
      quality: strengthOf(card),
      qualityError: 0.15,
      cost,
      costPerMillionTokens: (cost * 1e6) / (facts.inputTokens + usualOutputTokens),
      outputTokens: usualOutputTokens,
      latencyMs,
    };
  }),
});

const strengthOf = ({ qualityIndex, outputPerMillion }: ModelCard): number => {
  if (qualityIndex !== undefined) return qualityIndex;
  if (outputPerMillion === undefined || outputPerMillion <= 0) return unknownQuality;
  return Math.min(0.9, Math.max(0.3, 0.58 + 0.14 * Math.log10(outputPerMillion)));
};

/** Dials in the unit of the pool's prices. */
export const priorRuleOf: RuleOf = (dial: Dial, pool) => {
  const spread = costSpread(pool);
  switch (dial.kind) {
    case 'rule':
      return dial.rule;
    case 'slider':
      return { lambda: worthAt(dial.at, spread) };
    case 'tradeoff':
      return dial.word === 'cost'
        ? { lambda: worthAt(7, spread) }
        : { lambda: worthAt(7, spread), latencyPrice: spread };
    default:
      return otherRule(dial);
  }
};

const otherRule = (dial: Exclude<Dial, { readonly kind: 'rule' | 'slider' | 'tradeoff' }>): ChoiceRule => {
  switch (dial.kind) {
    case 'quality':
      return { lambda: Number.POSITIVE_INFINITY, band: 1 - dial.target };
    case 'budget':
      return { lambda: Number.POSITIVE_INFINITY, maxCost: dial.dollarsPerThousand / 1000 };
    case 'willingness-to-pay':
      return { lambda: 10 * dial.dollars };
    case 'max-cost':
      return { lambda: Number.POSITIVE_INFINITY, maxCost: dial.dollars };
    case 'max-cost-per-million':
      return { lambda: Number.POSITIVE_INFINITY, maxCostPerMillionTokens: dial.dollars };
    default:
      return { lambda: Number.POSITIVE_INFINITY };
  }
};

/** 0: quality alone; 10: cost alone. */
const worthAt = (at: number, spread: number): number => {
  if (!(at >= 0 && at <= 10)) throw new RangeError('The dial goes from 0 (quality) to 10 (cost).');
  if (at === 0) return Number.POSITIVE_INFINITY;
  return at === 10 ? 0 : spread * 10 ** (2 - at / 3);
};

const costSpread = (pool: readonly ModelCard[]): number => {
  const prices = pool.flatMap(({ outputPerMillion }) => outputPerMillion ?? []);
  const spread = prices.length === 0 ? 0 : Math.max(...prices) - Math.min(...prices);
  return ((spread || 1) * usualOutputTokens) / 1e6;
};
