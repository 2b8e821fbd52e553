import type { Point } from './point.ts';

/**
 * The non-decreasing convex hull of RouterBench (arXiv 2403.12031): what can be reached by mixing the given points at random, without the parts where
 * spending more gives less. From the cheapest point to the first of the best quality, costs rising, slopes falling. Points with NaN are left out.
 */
export const nonDecreasingHull = (points: readonly Point[]): readonly Point[] => {
  const known = points.filter(({ cost, quality }) => Number.isFinite(cost) && Number.isFinite(quality));
  const sorted = known.toSorted((one, other) => one.cost - other.cost || other.quality - one.quality);
  const hull: Point[] = [];
  for (const point of sorted) {
    const last = hull.at(-1);
    // Never dearer for no more quality; this takes the second of two points of one cost as well.
    if (last !== undefined && point.quality <= last.quality) continue;
    while (hull.length > 1 && !turnsDown(hull.at(-2), hull.at(-1), point)) hull.pop();
    hull.push(point);
  }
  return hull;
};

/** Whether the way over `middle` lies above the straight one. */
const turnsDown = (from: Point | undefined, middle: Point | undefined, to: Point): boolean => {
  if (from === undefined || middle === undefined) return true;
  const reached = (middle.quality - from.quality) * (to.cost - from.cost);
  return reached > (to.quality - from.quality) * (middle.cost - from.cost);
};

/**
 * The quality a hull has at a cost. Right of it quality stays what it was: spending more never has to hurt. Left of it, it falls in a straight line to
 * the router that answers nothing for nothing. NaN for a hull without points.
 */
export const qualityAt = (hull: readonly Point[], cost: number): number => {
  const [first] = hull;
  if (first === undefined) return Number.NaN;
  if (cost < first.cost) return Math.min(first.quality, (first.quality * Math.max(cost, 0)) / first.cost);
  let before = first;
  for (const point of hull) {
    if (point.cost >= cost) return between(before, point, cost);
    before = point;
  }
  return before.quality;
};

const between = (from: Point, to: Point, cost: number): number =>
  to.cost === from.cost
    ? to.quality
    : from.quality + ((to.quality - from.quality) * (cost - from.cost)) / (to.cost - from.cost);

/** The least cost at which a hull has a quality; undefined when it is never reached. */
export const costFor = (hull: readonly Point[], quality: number): number | undefined => {
  let before: Point | undefined;
  for (const point of hull) {
    if (point.quality >= quality) {
      if (before === undefined) return point.cost;
      return before.cost + ((point.cost - before.cost) * (quality - before.quality)) / (point.quality - before.quality);
    }
    before = point;
  }
  return undefined;
};

/** The area under a hull between two costs, with the lines of `qualityAt` beyond its ends. */
export const areaUnder = (hull: readonly Point[], from: number, to: number): number => {
  const inside = hull.map(({ cost }) => cost).filter((cost) => cost > from && cost < to);
  const bounds = [from, ...inside, to];
  let area = 0;
  for (let at = 1; at < bounds.length; at++) {
    const [left = 0, right = 0] = [bounds[at - 1], bounds[at]];
    area += ((qualityAt(hull, left) + qualityAt(hull, right)) / 2) * (right - left);
  }
  return area;
};
