import type { EvaluationReport } from '../../core/routing/evaluation/evaluation-report.ts';
import type { ModelCard } from '../../core/routing/learned/model-card.ts';
import type { InputWishes } from '../../core/routing/training-input/finish-rows.ts';
import type { RejectedRow } from '../../core/routing/training-input/scored-rows.ts';

export interface TrainingWork {
  /** The file of training rows; handed over, and empty for the caller afterwards. */
  readonly file: Uint8Array<ArrayBuffer>;
  readonly wishes: InputWishes;
  /** Prices and strength of the models, where they are known. */
  readonly cards: readonly ModelCard[];
  readonly seed: number;
  /** Share of the best single model's quality the router is judged at; absent: as good as it can. */
  readonly target?: number | undefined;
}

/** What a file held that was read without a fault. */
export interface ReadRows {
  readonly models: readonly string[];
  readonly rows: number;
  readonly rejected: readonly RejectedRow[];
  readonly warnings: readonly string[];
}

export interface TrainedRouter extends ReadRows {
  readonly artefact: Uint8Array;
  readonly report: EvaluationReport;
}

export interface TrainingRun {
  /** Rejects with `TrainingInputError` when the file cannot be used. */
  readonly read: Promise<ReadRows>;
  /** Rejects as `read` does, and when training fails or is ended. */
  readonly trained: Promise<TrainedRouter>;
}

/** Trains and judges routers off the request thread, one after the other. */
export interface RouterTrainer {
  /** `progress` is told the share that is done. */
  start(work: TrainingWork, progress: (share: number) => void): TrainingRun;
  close(): void;
}
