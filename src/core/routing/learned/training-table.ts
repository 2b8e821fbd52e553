import type { QueryFacts } from './query-facts.ts';

/**
 * One query with what each model made of it. Lists run parallel to the table's `models`; a cell nobody measured is NaN. Scores are 0 to 1, higher is
 * better (a reader of files scales and turns them). No text of answers comes this far.
 */
export interface LabelledRow {
  readonly id: string;
  readonly facts: QueryFacts;
  /** The task or slice it belongs to, for reports only: the router never sees it. */
  readonly task?: string;
  readonly scores: readonly number[];
  /** Dollars the call cost. */
  readonly costs?: readonly number[];
  readonly outputTokens?: readonly number[];
}

export interface TrainingTable {
  /** Each name once. */
  readonly models: readonly string[];
  readonly rows: readonly LabelledRow[];
}
