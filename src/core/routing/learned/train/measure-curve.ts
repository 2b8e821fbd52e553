import type { CurvePoint } from '../router-artefact.ts';

/** What is expected and what came of it, row after row and model after model. */
export interface MeasuredRows {
  readonly count: number;
  readonly models: number;
  readonly expectedQuality: Float64Array;
  readonly expectedCost: Float64Array;
  readonly scores: Float64Array;
  readonly costs: Float64Array;
}

const steps = 120;

/** Worths of a point of quality, from one that buys nothing to one that buys all: wide around where dear and cheap models tie. */
export const lambdaGrid = (tie: number): readonly number[] => [
  0,
  ...Array.from({ length: steps }, (_, step) => tie * 10 ** (-3 + (7 * step) / (steps - 1))),
  Infinity,
];

/** Quality and cost of the rule at each λ. Rows where the chosen model or the best single one was not measured do not count. */
export const measureCurve = (rows: MeasuredRows, lambdas: readonly number[]): readonly CurvePoint[] => {
  const single = bestSingle(rows);
  return lambdas.map((lambda) => pointAt(rows, lambda, single));
};

const pointAt = (rows: MeasuredRows, lambda: number, single: number): CurvePoint => {
  let quality = 0;
  let cost = 0;
  let gain = 0;
  let squares = 0;
  let counted = 0;
  for (let row = 0; row < rows.count; row += 1) {
    const at = row * rows.models + bestOf(rows, row, lambda);
    const score = rows.scores[at] ?? Number.NaN;
    const ahead = score - (rows.scores[row * rows.models + single] ?? Number.NaN);
    if (!Number.isFinite(ahead)) continue;
    quality += score;
    cost += Number.isFinite(rows.costs[at]) ? (rows.costs[at] ?? 0) : (rows.expectedCost[at] ?? 0);
    gain += ahead;
    squares += ahead * ahead;
    counted += 1;
  }
  const count = Math.max(counted, 1);
  const spread = Math.max(squares / count - (gain / count) ** 2, 0);
  return {
    lambda,
    quality: quality / count,
    cost: cost / count,
    gain: gain / count,
    gainError: Math.sqrt(spread / count),
  };
};

const bestSingle = ({ count, models, scores }: MeasuredRows): number => {
  let best = 0;
  let most = -Infinity;
  for (let model = 0; model < models; model += 1) {
    let sum = 0;
    let counted = 0;
    for (let row = 0; row < count; row += 1) {
      const score = scores[row * models + model] ?? Number.NaN;
      if (!Number.isFinite(score)) continue;
      sum += score;
      counted += 1;
    }
    if (counted > 0 && sum / counted > most) {
      most = sum / counted;
      best = model;
    }
  }
  return best;
};

const bestOf = (rows: MeasuredRows, row: number, lambda: number): number => {
  let best = 0;
  let most = -Infinity;
  for (let model = 0; model < rows.models; model += 1) {
    const at = row * rows.models + model;
    const quality = rows.expectedQuality[at] ?? 0;
    const utility = Number.isFinite(lambda) ? lambda * quality - (rows.expectedCost[at] ?? 0) : quality;
    if (utility <= most) continue;
    most = utility;
    best = model;
  }
  return best;
};
