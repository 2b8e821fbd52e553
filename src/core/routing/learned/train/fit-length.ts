import { evenPenalty, FoldedRidge } from '../linear/folded-ridge.ts';
import type { LabelledRow } from '../training-table.ts';
import type { FittedRows } from './fit-quality.ts';

export interface LengthFit {
  /** For each cue. */
  readonly weights: Float32Array;
  readonly costs: readonly number[];
  readonly outputTokens: readonly number[];
}

const alpha = 30;
/** No query is taken for more than this many times longer or shorter than the mean. */
const mostFactor = 8;

const meanOf = (rows: readonly LabelledRow[], value: (row: LabelledRow) => number | undefined): number => {
  let sum = 0;
  let count = 0;
  for (const row of rows) {
    const one = value(row);
    if (one === undefined || !Number.isFinite(one) || one < 0) continue;
    sum += one;
    count += 1;
  }
  return count === 0 ? Number.NaN : sum / count;
};

/** What answers cost and how long they are: a mean for each model, and how a query's own length of answer shifts all of them. */
export const fitLength = (rows: readonly LabelledRow[], fitted: FittedRows, models: number): LengthFit => {
  const indices = Array.from({ length: models }, (_, model) => model);
  const costs = indices.map((model) => meanOf(rows, (row) => row.costs?.[model]));
  const outputTokens = indices.map((model) => meanOf(rows, (row) => row.outputTokens?.[model]));
  const ridge = new FoldedRidge({ width: fitted.cues, outputs: 1, folds: 1 });
  for (const [index, row] of rows.entries()) {
    const shift = shiftOf(row.outputTokens, outputTokens) ?? shiftOf(row.costs, costs);
    if (shift === undefined) continue;
    const start = index * fitted.width;
    ridge.add(0, fitted.features.subarray(start, start + fitted.cues), [shift]);
  }
  return { weights: Float32Array.from(ridge.solve(evenPenalty(alpha))), costs, outputTokens };
};

/** Mean logarithm of a row's values against their models' means. */
const shiftOf = (values: readonly number[] | undefined, means: readonly number[]): number | undefined => {
  const shifts = (values ?? []).flatMap((value, model) => {
    const mean = means[model] ?? Number.NaN;
    return value > 0 && mean > 0 && Number.isFinite(value) ? [Math.log(value / mean)] : [];
  });
  return shifts.length === 0 ? undefined : shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length;
};

/** How many times longer than usual the answer to a query is. */
export const lengthFactor = (weights: Float32Array, features: Float32Array): number => {
  let sum = 0;
  for (let cue = 0; cue < weights.length; cue += 1) sum += (weights[cue] ?? 0) * (features[cue] ?? 0);
  return Math.exp(Math.max(-Math.log(mostFactor), Math.min(Math.log(mostFactor), sum)));
};
