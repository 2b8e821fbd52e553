import type { RejectedRow, ScoredRow, ScoredRows } from './scored-rows.ts';
import { inputError } from './training-input-error.ts';

/** What a caller says of its rows beside them. */
export interface InputWishes {
  /** Whether a higher score is better; it is when left out. */
  readonly maximize?: boolean;
  /** Takes three to twenty-four rows, with a warning. */
  readonly prototype?: boolean;
  /** The models to route between; those of the file when left out. */
  readonly models?: readonly string[];
  /** The column of the prompts, where the file does not say it. */
  readonly promptColumn?: string;
}

export interface UnfinishedRows {
  readonly models: readonly string[];
  readonly rows: readonly ScoredRow[];
  readonly rejected: readonly RejectedRow[];
}

const leastRows = 25;
const leastPrototypeRows = 3;

/** Checks that there is enough, and turns the scores to one scale: 0 to 1, higher is better. Throws `TrainingInputError`. */
export const finishRows = ({ models, rows, rejected }: UnfinishedRows, wishes: InputWishes): ScoredRows => {
  if (models.length < 2)
    throw inputError(1, 1, `there are scores of ${models.length} model; a router needs two or more to choose from`);
  const unscored = models.find((_, model) => rows.every(({ scores }) => Number.isNaN(scores[model])));
  if (rows.length > 0 && unscored !== undefined) throw inputError(1, 1, `no row has a score for "${unscored}"`);
  const warnings = warningsOf(rows.length, rejected, wishes.prototype === true);
  scaleScores(rows, wishes.maximize !== false);
  return { models, rows, rejected, warnings };
};

const warningsOf = (rows: number, rejected: readonly RejectedRow[], prototype: boolean): readonly string[] => {
  const least = prototype ? leastPrototypeRows : leastRows;
  const skipped = rejected.length === 0 ? '' : ` (${rejected.length} more were not used: ${skippedLines(rejected)})`;
  if (rows < least)
    throw inputError(
      1,
      1,
      prototype
        ? `${rows} usable rows${skipped}; even a prototype needs ${least}`
        : `${rows} usable rows${skipped}; ${least} are the minimum, or ${leastPrototypeRows} with "prototype": true`,
    );
  return [
    ...(rows < leastRows
      ? [`A prototype of ${rows} rows: too few to learn from single queries, so it follows the models' known strength.`]
      : []),
    ...(rejected.length === 0 ? [] : [`${rejected.length} rows were not used: ${skippedLines(rejected)}.`]),
  ];
};

const skippedLines = (rejected: readonly RejectedRow[]): string => {
  const named = rejected.slice(0, 10).map(({ line, reason }) => `line ${line}: ${reason}`);
  return rejected.length > named.length ? `${named.join('; ')}; and others` : named.join('; ');
};

/** Scores from 0 to 1 stay; any others are moved into that range by the least and the greatest of the file. */
const scaleScores = (rows: readonly ScoredRow[], maximize: boolean): void => {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { scores } of rows) {
    for (const score of scores) {
      if (score < least) least = score;
      if (score > most) most = score;
    }
  }
  const [from, to] = least >= 0 && most <= 1 ? [0, 1] : [least, most];
  for (const { scores } of rows) {
    scores.forEach((score, model) => {
      const share = to === from ? 0.5 : (score - from) / (to - from);
      scores[model] = maximize ? share : 1 - share;
    });
  }
};
