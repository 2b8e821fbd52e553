import { costFor, nonDecreasingHull, qualityAt } from './hull.ts';
import type { Point } from './point.ts';

/** The single model of the best quality; the cheaper of two equals. -1 when there is none. */
export const bestSingle = (singles: readonly Point[]): number =>
  singles.reduce((best, point, model) => {
    const held = singles[best];
    if (Number.isNaN(point.quality)) return best;
    if (held === undefined || point.quality > held.quality) return model;
    return point.quality === held.quality && point.cost < held.cost ? model : best;
  }, -1);

/** The cheapest single model; the better of two equals. -1 when there is none. */
export const cheapestSingle = (singles: readonly Point[]): number =>
  singles.reduce((best, point, model) => {
    const held = singles[best];
    if (Number.isNaN(point.cost)) return best;
    if (held === undefined || point.cost < held.cost) return model;
    return point.cost === held.cost && point.quality > held.quality ? model : best;
  }, -1);

/**
 * The share of the best single model's cost that a curve saves at a share of its quality, read off the curve's hull. Undefined when the curve never
 * reaches that quality; negative when it reaches it at a higher cost only.
 */
export const costSave = (curve: readonly Point[], best: Point, share = 1): number | undefined => {
  const cost = costFor(nonDecreasingHull(curve), share * best.quality);
  return cost === undefined || best.cost === 0 ? undefined : 1 - cost / best.cost;
};

/** How far the best setting of a curve is above the best single model. */
export interface PerfGain {
  /** In units of the score: 0.04 are four points where scores are shares. */
  readonly absolute: number;
  /** As a share of the best single model's score. */
  readonly relative: number;
}

export const perfGain = (curve: readonly Point[], best: Point): PerfGain => {
  const absolute = Math.max(...curve.map(({ quality }) => quality)) - best.quality;
  return { absolute, relative: absolute / Math.abs(best.quality) };
};

/**
 * How far a point lies behind the frontier of the single models, 0 on or before it. Costs and qualities are taken as shares of the models' ranges, so
 * that neither unit counts more; the distance is the straight one.
 */
export const paretoDist = (point: Point, singles: readonly Point[]): number => {
  const frontier = nonDecreasingHull(singles);
  if (!(point.quality < qualityAt(frontier, point.cost))) return 0;
  const [cost, quality] = [rangeOf(singles.map((one) => one.cost)), rangeOf(singles.map((one) => one.quality))];
  const scaled = (one: Point): Point => ({ cost: one.cost / cost, quality: one.quality / quality });
  const corners = frontier.map(scaled);
  const last = corners.at(-1);
  const at = scaled(point);
  // Right of its end the frontier goes on level.
  const level = last === undefined ? [] : [{ cost: Math.max(at.cost, last.cost), quality: last.quality }];
  const all = [...corners, ...level];
  const distances = all.map((corner, index) => distanceToSegment(at, all[index - 1] ?? corner, corner));
  return Math.min(...distances);
};

const rangeOf = (values: readonly number[]): number => Math.max(...values) - Math.min(...values) || 1;

const distanceToSegment = (at: Point, from: Point, to: Point): number => {
  const [alongCost, alongQuality] = [to.cost - from.cost, to.quality - from.quality];
  const length = alongCost ** 2 + alongQuality ** 2;
  const share = ((at.cost - from.cost) * alongCost + (at.quality - from.quality) * alongQuality) / (length || 1);
  const kept = Math.min(1, Math.max(0, share));
  return Math.hypot(at.cost - from.cost - kept * alongCost, at.quality - from.quality - kept * alongQuality);
};
