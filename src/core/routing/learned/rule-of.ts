import type { ChoiceRule, Dial } from './choice.ts';
import type { RuleOf } from './learned-router.ts';
import type { ModelCard } from './model-card.ts';
import type { CurvePoint, RouterArtefact } from './router-artefact.ts';

/** A usual request, to compare prices of cards by. */
const usualInputTokens = 800;
const usualOutputTokens = 400;

/** Where on the slider each tier lies. */
const sliderOfTier = { low: 9, medium: 7, high: 5, xhigh: 2.5, max: 0 } as const;

/** One step of the slider changes what quality is worth so many times. */
const sliderStep = 2.5;

/** A second is worth so much of a point of quality where latency is to be traded. */
const secondsWorth = 0.02;

/**
 * Turns what a caller wrote into the one rule. The unit comes from the artefact's curve, else from the pool's prices and public measures: the worth of
 * a point of quality at which the dearest and the cheapest candidate tie stands in the middle of the slider.
 */
export const ruleOf: RuleOf = (dial, pool, artefact) => {
  switch (dial.kind) {
    case 'rule':
      return dial.rule;
    case 'quality':
      return qualityRule(within(dial.target, [0, 1], 'quality'), pool, artefact);
    case 'budget':
      return budgetRule(within(dial.dollarsPerThousand, [0, Infinity], 'budget') / 1000, artefact);
    case 'slider':
      return sliderRule(within(dial.at, [0, 10], 'slider'), pool, artefact);
    case 'tradeoff':
      return dial.word === 'cost' ? sliderRule(7, pool, artefact) : latencyRule(pool, artefact);
    case 'cost-tier':
      return sliderRule(sliderOfTier[dial.tier], pool, artefact);
    case 'willingness-to-pay':
      return { lambda: 10 * within(dial.dollars, [0, Infinity], 'willingness_to_pay') };
    case 'max-cost':
      return { lambda: Infinity, maxCost: within(dial.dollars, [0, Infinity], 'max_cost') };
    case 'max-cost-per-million':
      return {
        lambda: Infinity,
        maxCostPerMillionTokens: within(dial.dollars, [0, Infinity], 'max_cost_per_million_tokens'),
      };
    case 'quality-floor':
      return { lambda: 0, qualityFloor: floorOf(dial, pool, artefact) };
    case 'cost-ceiling':
      return { lambda: Infinity, maxCost: ceilingOf(dial, pool, artefact) };
  }
};

const within = (value: number, [least, most]: readonly [number, number], name: string): number => {
  if (!(value >= least && value <= most))
    throw new RangeError(
      Number.isFinite(most)
        ? `"${name}" must be a number from ${least} to ${most}; it is ${value}.`
        : `"${name}" must be a number of at least ${least}; it is ${value}.`,
    );
  return value;
};

/** On rows held out, the smallest worth of quality that reached the target. Quality of the best model itself must be shown, not hoped for. */
const qualityRule = (target: number, pool: readonly ModelCard[], artefact: RouterArtefact | undefined): ChoiceRule => {
  const curve = artefact?.curve ?? [];
  const best = [...(artefact?.models ?? [])].sort((one, other) => other.quality - one.quality)[0];
  if (curve.length === 0 || best === undefined) {
    const indices = pool.flatMap(({ qualityIndex }) => (qualityIndex === undefined ? [] : [qualityIndex]));
    return { lambda: 0, qualityFloor: target * Math.max(0, ...indices) };
  }
  const found = curve.find((point) => reaches(point, target));
  return found === undefined ? { lambda: Infinity, anchor: best.model, margin: 1 } : { lambda: found.lambda };
};

/** Near the best model's own quality chance alone would find a point that seems to reach it; there a standard error is asked for on top. */
const reaches = ({ quality, gain, gainError }: CurvePoint, target: number): boolean => {
  const best = quality - gain;
  const spare = gain + (1 - target) * best;
  return spare >= (target >= 0.995 ? gainError : 0);
};

const budgetRule = (dollars: number, artefact: RouterArtefact | undefined): ChoiceRule => {
  const affordable = (artefact?.curve ?? []).filter(({ cost }) => cost <= dollars);
  const [first, ...others] = affordable;
  if (first === undefined) return { lambda: Infinity, maxCost: dollars };
  return { lambda: others.reduce((best, point) => (point.quality > best.quality ? point : best), first).lambda };
};

const sliderRule = (at: number, pool: readonly ModelCard[], artefact: RouterArtefact | undefined): ChoiceRule => {
  if (at === 0) return { lambda: Infinity };
  if (at === 10) return { lambda: 0 };
  return { lambda: tieOf(pool, artefact) * sliderStep ** (5 - at) };
};

const latencyRule = (pool: readonly ModelCard[], artefact: RouterArtefact | undefined): ChoiceRule => {
  const lambda = tieOf(pool, artefact);
  return { lambda, latencyPrice: lambda * secondsWorth };
};

interface Standing {
  readonly quality: number;
  readonly cost: number;
}

const standingOf = (model: string, pool: readonly ModelCard[], artefact: RouterArtefact | undefined): Standing => {
  const known = artefact?.models.find((one) => one.model === model);
  const card = pool.find(({ id }) => id === model);
  const { inputPerMillion: input = Number.NaN, outputPerMillion: output = Number.NaN } = card ?? {};
  const tokens = Number.isFinite(known?.outputTokens) ? (known?.outputTokens ?? usualOutputTokens) : usualOutputTokens;
  const priced = (usualInputTokens * input + tokens * output) / 1e6;
  return {
    quality: known?.quality ?? card?.qualityIndex ?? Number.NaN,
    cost: Number.isFinite(priced) ? priced : (known?.cost ?? Number.NaN),
  };
};

/** Dollars a point of quality costs from the cheapest candidate to the dearest. */
const tieOf = (pool: readonly ModelCard[], artefact: RouterArtefact | undefined): number => {
  const standings = pool.map(({ id }) => standingOf(id, pool, artefact));
  const costs = standings.map(({ cost }) => cost).filter(Number.isFinite);
  const qualities = standings.map(({ quality }) => quality).filter(Number.isFinite);
  const spread = Math.max(...costs) - Math.min(...costs);
  const gap = Math.max(...qualities) - Math.min(...qualities);
  return Number.isFinite(spread) && spread > 0 ? spread / Math.max(Number.isFinite(gap) ? gap : 0, 0.02) : 0.01;
};

const floorOf = (
  { floor }: Extract<Dial, { readonly kind: 'quality-floor' }>,
  pool: readonly ModelCard[],
  artefact: RouterArtefact | undefined,
): number => {
  if (typeof floor === 'number') return within(floor, [0, 1], 'quality_constraint');
  const { quality } = standingOf(floor.asGoodAs, pool, artefact);
  if (Number.isFinite(quality)) return quality;
  throw new RangeError(
    `"quality_constraint" names "${floor.asGoodAs}", whose quality nobody knows. Name a model of the pool, or a number.`,
  );
};

const ceilingOf = (
  { ceiling }: Extract<Dial, { readonly kind: 'cost-ceiling' }>,
  pool: readonly ModelCard[],
  artefact: RouterArtefact | undefined,
): number => {
  if (typeof ceiling === 'number') return within(ceiling, [0, Infinity], 'cost_constraint');
  const { cost } = standingOf(ceiling.asCheapAs, pool, artefact);
  if (Number.isFinite(cost)) return cost;
  throw new RangeError(
    `"cost_constraint" names "${ceiling.asCheapAs}", whose price nobody knows. Name a model of the pool, or a number.`,
  );
};
