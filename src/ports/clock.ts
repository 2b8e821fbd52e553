/** Time for the shell. `monotonicMs` never goes back and has fractions; `wallMs` is the time of day, milliseconds since 1970. */
export interface Clock {
  monotonicMs(): number;
  wallMs(): number;
  /** Calls `run` once after `ms`; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
}
