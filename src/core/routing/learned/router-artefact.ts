/** A point of the router's own curve, measured on rows that were held out while it was fitted. */
export interface CurvePoint {
  readonly lambda: number;
  readonly quality: number;
  /** Dollars for one request. */
  readonly cost: number;
}

/** How a model did on the whole training table, drawn towards its prior. */
export interface ModelSummary {
  readonly model: string;
  readonly labels: number;
  readonly quality: number;
  readonly cost: number;
  readonly outputTokens: number;
}

/**
 * What training leaves: immutable, without any text of a query. `bytes` is the one compact file it is kept as; equal tables and seeds give equal
 * bytes. Everything else here is read from them.
 */
export interface RouterArtefact {
  readonly format: number;
  readonly seed: number;
  readonly labelledRows: number;
  /** What the labels sufficed for. */
  readonly stage: 'prior' | 'clusters' | 'linear-and-neighbours' | 'stacked';
  readonly models: readonly ModelSummary[];
  /** By rising λ, for the whole pool of the table. */
  readonly curve: readonly CurvePoint[];
  readonly bytes: Uint8Array;
}
