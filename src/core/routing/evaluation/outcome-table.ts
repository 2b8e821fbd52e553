/** What each model scored and cost on each query. Scores are in any one unit, higher is better; costs are in dollars a request. */
export interface OutcomeTable {
  readonly models: readonly string[];
  readonly rows: readonly OutcomeRow[];
}

/** One query. `scores` and `costs` stand in the order of the table's models; NaN where nothing is known. */
export interface OutcomeRow {
  readonly id: string;
  readonly prompt: string;
  /** What the report is broken down by: a task, a language, a team. */
  readonly slice: string;
  readonly scores: ArrayLike<number>;
  readonly costs: ArrayLike<number>;
}

/** What was foreseen for each row and model, by something that had not seen the row. */
export interface Predictions {
  readonly quality: readonly ArrayLike<number>[];
  readonly cost: readonly ArrayLike<number>[];
}

/** The rows of which everything is known: on the others a router could be measured on luck alone. */
export const completeRows = ({ models, rows }: OutcomeTable): readonly OutcomeRow[] =>
  rows.filter(({ scores, costs }) => models.every((_, model) => isKnown(scores[model]) && isKnown(costs[model])));

const isKnown = (value: number | undefined): boolean => value !== undefined && Number.isFinite(value);

/** A cell of a row; NaN outside of it. */
export const cell = (values: ArrayLike<number> | undefined, index: number): number => values?.[index] ?? Number.NaN;
