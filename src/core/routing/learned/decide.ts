import type { ChoiceReason, ChoiceRule, DropReason, RankedCandidate } from './choice.ts';
import type { Decide } from './learned-router.ts';
import type { ModelPrediction } from './prediction.ts';

interface Weighed {
  readonly candidate: ModelPrediction;
  readonly utility: number;
  readonly dropped?: DropReason;
}

interface Verdict {
  readonly winner: Weighed | undefined;
  readonly reason: ChoiceReason;
}

/** Applies the one rule. Ties go to the cheaper candidate, then to the one that stands first in the pool. */
export const decide: Decide = (prediction, rule) => {
  const weighed = weigh(prediction.models, rule);
  const within = weighed.filter(({ dropped }) => dropped === undefined);
  const verdict = settle(within, rule);
  const rivals = within.filter((one) => one !== verdict.winner);
  return {
    model: verdict.winner?.candidate.model,
    reason: verdict.reason,
    rule,
    confidence: verdict.winner === undefined ? 0 : confidenceOf(verdict.winner, rivals[0], rule),
    propensity: 1,
    familiarity: prediction.familiarity,
    ranked: rankedList(verdict.winner, [...rivals, ...weighed.filter(({ dropped }) => dropped !== undefined)]),
  };
};

/** Every candidate with its utility or the limit it broke; those within the limits first, best first. */
const weigh = (candidates: readonly ModelPrediction[], rule: ChoiceRule): readonly Weighed[] => {
  const pricesMatter = Number.isFinite(rule.lambda);
  const anyPrice = candidates.some(({ cost }) => Number.isFinite(cost));
  const hard = candidates.map((candidate): Weighed => {
    const dropped = outside(candidate, rule) ?? (pricesMatter && anyPrice ? unpriced(candidate) : undefined);
    return dropped === undefined
      ? { candidate, utility: utilityOf(candidate, rule) }
      : { candidate, utility: Number.NaN, dropped };
  });
  return withinFloor(hard, rule).toSorted(better);
};

const outside = (candidate: ModelPrediction, rule: ChoiceRule): DropReason | undefined => {
  if (!Number.isFinite(candidate.quality)) return 'not-a-number';
  const capped = rule.maxCost !== undefined || rule.maxCostPerMillionTokens !== undefined;
  if (capped && !Number.isFinite(candidate.cost)) return 'price-unknown';
  if (rule.maxCost !== undefined && candidate.cost > rule.maxCost) return 'above-max-cost';
  if (rule.maxCostPerMillionTokens !== undefined && candidate.costPerMillionTokens > rule.maxCostPerMillionTokens)
    return 'above-max-cost';
  return undefined;
};

const unpriced = ({ cost }: ModelPrediction): DropReason | undefined =>
  Number.isFinite(cost) ? undefined : 'price-unknown';

/** In dollars, or in points of quality when quality alone counts. */
const utilityOf = ({ quality, cost, latencyMs }: ModelPrediction, rule: ChoiceRule): number => {
  if (!Number.isFinite(rule.lambda)) return quality;
  const seconds = rule.latencyPrice === undefined || !Number.isFinite(latencyMs) ? 0 : latencyMs / 1000;
  return rule.lambda * quality - (Number.isFinite(cost) ? cost : 0) - (rule.latencyPrice ?? 0) * seconds;
};

/** A floor that nobody reaches leaves the best there is. */
const withinFloor = (all: readonly Weighed[], { qualityFloor }: ChoiceRule): readonly Weighed[] => {
  if (qualityFloor === undefined) return all;
  const least = Math.min(qualityFloor, bestQuality(all));
  return all.map((one) =>
    one.dropped === undefined && one.candidate.quality < least
      ? { ...one, utility: Number.NaN, dropped: 'below-quality-floor' }
      : one,
  );
};

const bestQuality = (all: readonly Weighed[]): number =>
  all.reduce((best, one) => (one.dropped === undefined ? Math.max(best, one.candidate.quality) : best), -Infinity);

const better = (a: Weighed, b: Weighed): number => {
  if ((a.dropped === undefined) !== (b.dropped === undefined)) return a.dropped === undefined ? -1 : 1;
  return order(a.utility, b.utility) || order(b.candidate.cost, a.candidate.cost);
};

/** The higher number first; what is not a number last. */
const order = (a: number, b: number): number => {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : b - a;
};

const settle = (within: readonly Weighed[], rule: ChoiceRule): Verdict => {
  const [best] = within;
  if (best === undefined) return { winner: undefined, reason: 'no-candidate-in-limits' };
  if (within.length === 1) return { winner: best, reason: 'only-candidate' };
  const anchor = within.find(({ candidate }) => candidate.model === rule.anchor);
  if (anchor !== undefined && anchor !== best && gain(best, anchor, rule) < (rule.margin ?? 0))
    return { winner: anchor, reason: 'within-margin-of-default' };
  return { winner: best, reason: 'best-utility' };
};

/** What one is better by than another, in points of quality. */
const gain = (one: Weighed, other: Weighed, { lambda }: ChoiceRule): number => {
  const difference = one.utility - other.utility;
  if (!Number.isFinite(lambda)) return difference;
  if (lambda > 0) return difference / lambda;
  return difference > 0 ? Infinity : 0;
};

const confidenceOf = (winner: Weighed, rival: Weighed | undefined, rule: ChoiceRule): number => {
  if (rival === undefined) return 1;
  const error = Math.hypot(winner.candidate.qualityError, rival.candidate.qualityError);
  const ahead = gain(winner, rival, rule);
  if (!(error > 0)) return ahead > 0 ? 1 : 0.5;
  return normalShare(ahead / error);
};

/** Share of a normal distribution below `z`, to 1e-7 (Abramowitz and Stegun 26.2.17). */
const normalShare = (z: number): number => {
  if (z < 0) return 1 - normalShare(-z);
  const t = 1 / (1 + 0.231_641_9 * z);
  const series =
    t * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
};

const rankedList = (winner: Weighed | undefined, others: readonly Weighed[]): readonly RankedCandidate[] => {
  const first = winner === undefined ? [] : [{ ...winner.candidate, utility: winner.utility }];
  return [
    ...first,
    ...others.map(({ candidate, utility, dropped }) => ({
      ...candidate,
      utility,
      dropped: dropped ?? ('lower-utility' as const),
    })),
  ];
};
