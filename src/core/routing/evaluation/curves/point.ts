import { cell, type OutcomeRow } from '../outcome-table.ts';

/** Where a way to choose stands: dollars a request and score, both means over a set of queries. */
export interface Point {
  readonly cost: number;
  readonly quality: number;
}

/** How often each row counts; absent: once each. */
export type Weights = ArrayLike<number> | undefined;

/** Where a choice of one model for each row stands. Rows of weight 0 count for nothing; no rows at all give NaN. */
export const pointOf = (rows: readonly OutcomeRow[], choices: ArrayLike<number>, weights: Weights = undefined): Point =>
  meanOver(rows, weights, (row, index) => {
    const model = choices[index] ?? 0;
    return [cell(row.costs, model), cell(row.scores, model)];
  });

/** Where one model stands that answers everything. */
export const pointOfModel = (rows: readonly OutcomeRow[], model: number, weights: Weights = undefined): Point =>
  meanOver(rows, weights, (row) => [cell(row.costs, model), cell(row.scores, model)]);

/** Where the single models stand, in their order. */
export const pointsOfModels = (
  rows: readonly OutcomeRow[],
  models: number,
  weights: Weights = undefined,
): readonly Point[] => Array.from({ length: models }, (_, model) => pointOfModel(rows, model, weights));

const meanOver = (
  rows: readonly OutcomeRow[],
  weights: Weights,
  read: (row: OutcomeRow, index: number) => readonly [cost: number, quality: number],
): Point => {
  let [cost, quality, total] = [0, 0, 0];
  rows.forEach((row, index) => {
    const weight = weights?.[index] ?? 1;
    if (weight === 0) return;
    const [rowCost, rowQuality] = read(row, index);
    cost += weight * rowCost;
    quality += weight * rowQuality;
    total += weight;
  });
  return { cost: cost / total, quality: quality / total };
};
