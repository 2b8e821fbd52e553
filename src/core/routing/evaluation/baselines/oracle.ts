import { bestFor } from '../curves/sweep.ts';
import { cell, type OutcomeRow, type Predictions } from '../outcome-table.ts';

/** What nobody can know before the answer: each row's own outcomes as if foreseen. Its curve is the limit of every router. */
export const foreseen = (rows: readonly OutcomeRow[]): Predictions => ({
  quality: rows.map(({ scores }) => scores),
  cost: rows.map(({ costs }) => costs),
});

/** The oracle's choices: the best score of each row, the cheapest of equals. */
export const oracleChoices = (rows: readonly OutcomeRow[]): Int32Array =>
  Int32Array.from(rows, ({ scores, costs }) => bestFor(scores, costs, Number.POSITIVE_INFINITY));

/** Knows which slice a query belongs to, and nothing else of it: the models' means in the slice without the row itself. */
export const sliceOracle = (rows: readonly OutcomeRow[], models: number): Predictions => {
  const sums = new Map<string, { readonly quality: Float64Array; readonly cost: Float64Array; count: number }>();
  for (const row of rows) {
    const sum = sums.get(row.slice) ?? { quality: new Float64Array(models), cost: new Float64Array(models), count: 0 };
    sums.set(row.slice, sum);
    sum.count += 1;
    for (let model = 0; model < models; model++) {
      sum.quality[model] = cell(sum.quality, model) + cell(row.scores, model);
      sum.cost[model] = cell(sum.cost, model) + cell(row.costs, model);
    }
  }
  const others = (row: OutcomeRow, of: 'quality' | 'cost'): Float64Array => {
    const sum = sums.get(row.slice);
    const own = of === 'quality' ? row.scores : row.costs;
    return Float64Array.from(
      { length: models },
      (_, model) => (cell(sum?.[of], model) - cell(own, model)) / Math.max(1, (sum?.count ?? 1) - 1),
    );
  };
  return { quality: rows.map((row) => others(row, 'quality')), cost: rows.map((row) => others(row, 'cost')) };
};
