/** What is known of a candidate without any label: enough for a model nobody has measured yet to take part. Prices are dollars for a million tokens. */
export interface ModelCard {
  /** `provider/model`, or the client's own word for it: what a decision names. */
  readonly id: string;
  /** Public measure of strength, 0 to 1; unknown when absent. */
  readonly qualityIndex?: number;
  readonly inputPerMillion?: number;
  readonly outputPerMillion?: number;
  readonly cachedInputPerMillion?: number;
  /** Time until the whole answer is there, as measured of late. */
  readonly latencyMs?: number;
  /** Thinks before it answers, unless told not to. */
  readonly reasons?: boolean;
}
