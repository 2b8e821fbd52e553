import { areaUnder, nonDecreasingHull, qualityAt } from './hull.ts';
import type { Point } from './point.ts';

/** The costs between which routers are compared: those of the cheapest and of the dearest single model. */
export interface CostRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Average improvement in quality: the area under the non-decreasing convex hull over a range of costs. The paper divides by the length of the range;
 * the published code divides by its end. Both are in use, so both are named.
 */
export interface Aiq {
  readonly perCostRange: number;
  readonly perMaximumCost: number;
}

export const aiq = (points: readonly Point[], { from, to }: CostRange): Aiq => {
  const hull = nonDecreasingHull(points);
  const area = areaUnder(hull, from, to);
  // All models cost the same: the mean over a range that shrinks to one cost is the quality there.
  if (!(to > from)) return { perCostRange: qualityAt(hull, to), perMaximumCost: 0 };
  return { perCostRange: area / (to - from), perMaximumCost: area / to };
};

export const rangeOf = (singles: readonly Point[]): CostRange => {
  const costs = singles.map(({ cost }) => cost).filter(Number.isFinite);
  return { from: Math.min(...costs), to: Math.max(...costs) };
};
