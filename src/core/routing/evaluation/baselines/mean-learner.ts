import { cell, type OutcomeRow } from '../outcome-table.ts';
import type { Foreseen, Learner } from './baseline.ts';

/** The means of some rows; NaN cells count for nothing, and a model without any has 0. */
export const meansOf = (rows: readonly OutcomeRow[], models: number): Foreseen => ({
  quality: meanBy(rows, models, ({ scores }) => scores),
  cost: meanBy(rows, models, ({ costs }) => costs),
});

const meanBy = (
  rows: readonly OutcomeRow[],
  models: number,
  read: (row: OutcomeRow) => ArrayLike<number>,
): Float64Array =>
  Float64Array.from({ length: models }, (_, model) => {
    let [sum, count] = [0, 0];
    for (const row of rows) {
      const value = cell(read(row), model);
      if (!Number.isFinite(value)) continue;
      sum += value;
      count += 1;
    }
    return count === 0 ? 0 : sum / count;
  });

/** Knows how good and how dear the models are on the whole, and does not read the prompt. */
export const meanLearner: Learner = (rows, models) => {
  const means = meansOf(rows, models);
  return () => means;
};

/** Knows the length of the prompt: the models' means among prompts of similar length, ten classes of equal size. */
export const lengthLearner: Learner = (rows, models) => {
  const sorted = rows.toSorted((one, other) => one.prompt.length - other.prompt.length);
  const size = Math.max(1, Math.ceil(sorted.length / 10));
  const classes = Array.from({ length: Math.ceil(sorted.length / size) }, (_, index) => {
    const members = sorted.slice(index * size, (index + 1) * size);
    return { upTo: members.at(-1)?.prompt.length ?? 0, means: meansOf(members, models) };
  });
  const whole = meansOf(rows, models);
  return (prompt) => (classes.find(({ upTo }) => prompt.length <= upTo) ?? classes.at(-1))?.means ?? whole;
};
