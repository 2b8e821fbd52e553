/** What is expected of one candidate for one query. */
export interface ModelPrediction {
  readonly model: string;
  /** Expected score, 0 to 1. */
  readonly quality: number;
  /** Standard error of `quality`. */
  readonly qualityError: number;
  /** Expected dollars for the call; NaN when nobody knows a price. */
  readonly cost: number;
  /** The same for a million tokens, in and out together; NaN when nobody knows a price. */
  readonly costPerMillionTokens: number;
  readonly outputTokens: number;
  /** NaN when nobody has measured it. */
  readonly latencyMs: number;
}

/** Predictions for a pool, in its order. */
export interface QueryPrediction {
  readonly models: readonly ModelPrediction[];
  /** How far the query lies within what the router has seen, 0 to 1. */
  readonly familiarity: number;
}
