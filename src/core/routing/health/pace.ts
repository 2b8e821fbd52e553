/** Shares of measured values that are at most so large. */
export interface Percentiles {
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p99: number;
}

export const percentileNames = ['p50', 'p75', 'p90', 'p99'] as const satisfies readonly (keyof Percentiles)[];

/** How fast a target was of late: seconds until it began, tokens in a second. What was not measured is absent. */
export interface Pace {
  readonly latencySeconds?: Percentiles;
  readonly tokensPerSecond?: Percentiles;
}

/** Older values say nothing about now. */
const windowMs = 300_000;
/** The newest are kept: enough for a percentile, few enough to be sorted. */
const most = 200;

/** The last values of one measure. */
export class PaceSamples {
  readonly #values = new Float64Array(most);
  readonly #times = new Float64Array(most).fill(Number.NEGATIVE_INFINITY);
  #next = 0;

  add(nowMs: number, value: number): void {
    this.#values[this.#next] = value;
    this.#times[this.#next] = nowMs;
    this.#next = (this.#next + 1) % most;
  }

  /** Undefined without a value of the last five minutes. */
  percentiles(nowMs: number): Percentiles | undefined {
    const fresh = this.#values.filter((_, index) => nowMs - (this.#times[index] ?? 0) <= windowMs).sort();
    if (fresh.length === 0) return undefined;
    const at = (share: number): number => fresh[Math.max(0, Math.ceil(share * fresh.length) - 1)] ?? 0;
    return { p50: at(0.5), p75: at(0.75), p90: at(0.9), p99: at(0.99) };
  }
}
