import { cell, type OutcomeRow, type Predictions } from '../outcome-table.ts';
import { type Point, pointOf } from './point.ts';

/** One setting of a router: how many dollars a whole unit of quality is worth to it, and what it chooses then for each row. */
export interface Setting {
  readonly dollarsPerQuality: number;
  readonly choices: Int32Array;
}

/** The model of greatest use for a row: worth of its quality less its cost; the cheaper of two equals, then the first. */
export const bestFor = (
  quality: ArrayLike<number> | undefined,
  cost: ArrayLike<number> | undefined,
  dollarsPerQuality: number,
): number => {
  let best = 0;
  for (let model = 1; model < (quality?.length ?? 0); model++) {
    if (isBetter([quality, cost], [model, best], dollarsPerQuality)) best = model;
  }
  return best;
};

const isBetter = (
  [quality, cost]: readonly [ArrayLike<number> | undefined, ArrayLike<number> | undefined],
  [model, best]: readonly [number, number],
  dollarsPerQuality: number,
): boolean => {
  const gained = cell(quality, model) - cell(quality, best);
  const spent = cell(cost, model) - cell(cost, best);
  if (dollarsPerQuality === Number.POSITIVE_INFINITY) return gained > 0 || (gained === 0 && spent < 0);
  const use = dollarsPerQuality * gained - spent;
  return use > 0 || (use === 0 && spent < 0);
};

export const settingOf = ({ quality, cost }: Predictions, dollarsPerQuality: number): Setting => ({
  dollarsPerQuality,
  choices: Int32Array.from(quality, (row, index) => bestFor(row, cost[index], dollarsPerQuality)),
});

/** Settings from nothing but cost to nothing but quality. */
export const sweep = (predictions: Predictions, steps = 60): readonly Setting[] => {
  const scale = costScale(predictions);
  const worths = Array.from({ length: steps }, (_, step) => scale * 10 ** (-2 + (6 * step) / (steps - 1)));
  return [0, ...worths, Number.POSITIVE_INFINITY].map((worth) => settingOf(predictions, worth));
};

/** What the dearest choice costs more than the cheapest, on average. */
const costScale = ({ cost }: Predictions): number => {
  const spans = cost.map((row) => {
    const costs = Array.from(row).filter(Number.isFinite);
    return costs.length === 0 ? 0 : Math.max(...costs) - Math.min(...costs);
  });
  const mean = spans.reduce((sum, span) => sum + span, 0) / Math.max(1, spans.length);
  return mean > 0 ? mean : 1;
};

export const curveOf = (
  rows: readonly OutcomeRow[],
  settings: readonly Setting[],
  weights: ArrayLike<number> | undefined = undefined,
): readonly Point[] => settings.map(({ choices }) => pointOf(rows, choices, weights));
