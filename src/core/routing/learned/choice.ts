import type { ModelPrediction } from './prediction.ts';

/**
 * The one rule all dials are mapped to: take the candidate with the highest `lambda × quality − cost − latencyPrice × seconds` of those within the
 * limits.
 */
export interface ChoiceRule {
  /** Dollars a whole point of quality (0 to 1) is worth. `Infinity`: quality alone. */
  readonly lambda: number;
  /** Dollars a second is worth; 0 when absent. */
  readonly latencyPrice?: number;
  /** No candidate below this expected quality, while one is above. */
  readonly qualityFloor?: number;
  /** No candidate above this expected cost in dollars. */
  readonly maxCost?: number;
  /** No candidate above this price in dollars for a million tokens of the call. */
  readonly maxCostPerMillionTokens?: number;
  /** By how much, in quality, another candidate must be better than the anchor to take its place. */
  readonly margin?: number;
  /** The model others must beat by `margin`. */
  readonly anchor?: string;
}

/** What callers may write; `ruleOf` maps each to a rule. */
export type Dial =
  | { readonly kind: 'rule'; readonly rule: ChoiceRule }
  /** Share of the best single model's quality, 0.9 to 1. */
  | { readonly kind: 'quality'; readonly target: number }
  /** Dollars for 1,000 requests. */
  | { readonly kind: 'budget'; readonly dollarsPerThousand: number }
  /** 0 is quality, 10 is cost. */
  | { readonly kind: 'slider'; readonly at: number }
  | { readonly kind: 'tradeoff'; readonly word: 'cost' | 'latency' }
  | { readonly kind: 'cost-tier'; readonly tier: 'low' | 'medium' | 'high' | 'xhigh' | 'max' }
  /** Dollars for a tenth of quality: λ is ten times that. */
  | { readonly kind: 'willingness-to-pay'; readonly dollars: number }
  | { readonly kind: 'max-cost'; readonly dollars: number }
  | { readonly kind: 'max-cost-per-million'; readonly dollars: number }
  | { readonly kind: 'quality-floor'; readonly floor: number | { readonly asGoodAs: string } }
  | { readonly kind: 'cost-ceiling'; readonly ceiling: number | { readonly asCheapAs: string } };

/** Why a candidate was not chosen, or could not be. Stable: clients may match on them. */
export const dropReasons = [
  'lower-utility',
  'below-quality-floor',
  'above-max-cost',
  'price-unknown',
  'not-a-number',
] as const;
export type DropReason = (typeof dropReasons)[number];

/** Why the winner won. Stable as well. */
export const choiceReasons = [
  'best-utility',
  'only-candidate',
  'within-margin-of-default',
  'no-candidate-in-limits',
] as const;
export type ChoiceReason = (typeof choiceReasons)[number];

export interface RankedCandidate extends ModelPrediction {
  /** In dollars; with an infinite λ in points of quality. NaN for one outside the limits. */
  readonly utility: number;
  /** Absent for the winner. */
  readonly dropped?: DropReason;
}

/** Which model and why. The winner can be computed again from this record alone. */
export interface RouterDecision {
  /** Undefined when the caller's limits leave nobody: `ranked` says which limit each one broke. */
  readonly model: string | undefined;
  readonly reason: ChoiceReason;
  readonly rule: ChoiceRule;
  /** Probability that the winner is at least as good as the runner-up under the rule. */
  readonly confidence: number;
  /** Probability with which this model would have been chosen: 1, as nothing is left to chance. */
  readonly propensity: number;
  /** How far the query lies within what the router has seen, 0 to 1. */
  readonly familiarity: number;
  /** Best first; those outside the limits last. */
  readonly ranked: readonly RankedCandidate[];
}
