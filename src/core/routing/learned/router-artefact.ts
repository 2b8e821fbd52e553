import type { Forest } from './quality/forest.ts';
import type { KernelMap } from './quality/kernel-map.ts';

/** A point of the router's own curve, measured on rows that were held out while it was fitted. */
export interface CurvePoint {
  readonly lambda: number;
  readonly quality: number;
  /** Dollars for one request. */
  readonly cost: number;
  /** What it is better by than the best single model on the same rows, and the standard error of that. */
  readonly gain: number;
  readonly gainError: number;
}

/** How a model did on the whole training table, drawn towards its prior. */
export interface ModelSummary {
  readonly model: string;
  readonly labels: number;
  readonly quality: number;
  /** Standard deviation of single scores around what was predicted for rows held out. */
  readonly scatter: number;
  /** Mean dollars and tokens of a call; NaN when the table does not say. */
  readonly cost: number;
  readonly outputTokens: number;
  /** Its card's `qualityIndex` at training; NaN without one. */
  readonly qualityIndex: number;
}

/** What the labels sufficed for: fewer than 30 rows teach nothing about single queries. */
export const trainingStages = ['prior', 'neighbours', 'linear-and-trees', 'stacked'] as const;
export type TrainingStage = (typeof trainingStages)[number];

/** What was learned of single queries: each learner's word about every model's advantage, and how much of it is taken. */
export interface LearnedPart {
  readonly map: KernelMap;
  /** One number for each landmark and a constant, model after model; then the same for how hard a query is. */
  readonly kernelWeights: Float32Array;
  readonly kernelShare: number;
  /** One number for each feature, model after model; then the same for how hard a query is. */
  readonly linearWeights: Float32Array;
  readonly linearShare: number;
  readonly forest: Forest;
  readonly forestShare: number;
  readonly difficultyShare: number;
  /** The likeness to its nearest landmark that nine of ten training rows have. */
  readonly usualLikeness: number;
}

/**
 * What training leaves: immutable, without any text of a query. `bytes` is the one compact file it is kept as; equal tables and seeds give equal
 * bytes. Everything else here is read from them.
 */
export interface RouterArtefact {
  readonly format: number;
  readonly seed: number;
  readonly labelledRows: number;
  readonly stage: TrainingStage;
  readonly models: readonly ModelSummary[];
  /** By rising λ, for the whole pool of the table. */
  readonly curve: readonly CurvePoint[];
  /** Features of a query: cues, and numbers of a vector of meaning (0: trained without). */
  readonly cues: number;
  readonly meaning: number;
  /** One number for each cue: the logarithm of a query's length of answer against the model's mean. */
  readonly lengthWeights: Float32Array;
  /** Absent at stage `prior`. */
  readonly learned?: LearnedPart;
  readonly bytes: Uint8Array;
}
