import { bestFor } from '../curves/sweep.ts';
import type { OutcomeRow, Predictions } from '../outcome-table.ts';
import type { Foreseen } from './baseline.ts';
import { meansOf } from './mean-learner.ts';

/** What nobody can know before the answer: each row's own outcomes as if foreseen. Its curve is the limit of every router. */
export const foreseen = (rows: readonly OutcomeRow[]): Predictions => ({
  quality: rows.map(({ scores }) => scores),
  cost: rows.map(({ costs }) => costs),
});

/** The oracle's choices: the best score of each row, the cheapest of equals. */
export const oracleChoices = (rows: readonly OutcomeRow[]): Int32Array =>
  Int32Array.from(rows, ({ scores, costs }) => bestFor(scores, costs, Number.POSITIVE_INFINITY));

/**
 * Knows which slice a query belongs to, and nothing else of it: the models' means in the slice over the other folds. Leaving out the row alone would tell
 * its own score backwards.
 */
export const sliceOracle = (rows: readonly OutcomeRow[], models: number, folds: Int32Array): Predictions => {
  const means = new Map<string, Foreseen>();
  for (const fold of new Set(folds)) {
    const others = rows.filter((_, index) => folds[index] !== fold);
    means.set(`${fold}`, meansOf(others, models));
    for (const slice of new Set(rows.map((row) => row.slice))) {
      const own = others.filter((row) => row.slice === slice);
      if (own.length > 0) means.set(`${fold} ${slice}`, meansOf(own, models));
    }
  }
  const found = rows.map(({ slice }, index) => means.get(`${folds[index]} ${slice}`) ?? means.get(`${folds[index]}`));
  return { quality: found.map((one) => one?.quality ?? []), cost: found.map((one) => one?.cost ?? []) };
};
