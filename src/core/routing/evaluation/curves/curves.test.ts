import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { aiq, rangeOf } from './aiq.ts';
import { bestSingle, costSave, paretoDist, perfGain } from './gains.ts';
import { areaUnder, costFor, nonDecreasingHull, qualityAt } from './hull.ts';
import { pairMeasures } from './pair-curve.ts';
import type { Point } from './point.ts';

const points = (...pairs: readonly (readonly [cost: number, quality: number])[]): readonly Point[] =>
  pairs.map(([cost, quality]) => ({ cost, quality }));

test('of two models the dearer and better one is the second corner of the hull', () => {
  expect(nonDecreasingHull(points([1, 0.5], [3, 0.7]))).toEqual(points([1, 0.5], [3, 0.7]));
});

test('a model that is dearer and worse is no corner', () => {
  expect(nonDecreasingHull(points([1, 0.5], [2, 0.4], [3, 0.7]))).toEqual(points([1, 0.5], [3, 0.7]));
});

test('a model below the line between two others is no corner', () => {
  expect(nonDecreasingHull(points([0, 0], [2, 0.5], [1, 0.2], [4, 0.9], [5, 0.8]))).toEqual(
    points([0, 0], [2, 0.5], [4, 0.9]),
  );
});

test('a model on the line between two others, a tie in cost and a tie in quality leave the fewest corners', () => {
  expect(nonDecreasingHull(points([0, 0], [1, 0.25], [2, 0.5], [2, 0.3], [3, 0.5]))).toEqual(points([0, 0], [2, 0.5]));
});

test('one point is its own hull, and one of which nothing is known is none', () => {
  expect(nonDecreasingHull(points([2, 0.6], [Number.NaN, 1], [1, Number.NaN]))).toEqual(points([2, 0.6]));
});

test('between corners quality is mixed, right of them it stays, left of them it falls to nothing for nothing', () => {
  const hull = nonDecreasingHull(points([1, 0.4], [3, 0.8]));
  expect([0, 0.5, 1, 2, 3, 9].map((cost) => qualityAt(hull, cost))).toEqual([
    0,
    0.2,
    0.4,
    expect.closeTo(0.6, 12),
    0.8,
    0.8,
  ]);
  expect(costFor(hull, 0.6)).toBeCloseTo(2, 12);
  expect(costFor(hull, 0.9)).toBeUndefined();
});

test('AIQ of two models by hand: a trapezium of 0.5 and 0.7 over costs from 1 to 3', () => {
  const singles = points([1, 0.5], [3, 0.7]);
  const found = aiq(singles, rangeOf(singles));
  expect(found.perCostRange).toBeCloseTo(0.6, 12);
  expect(found.perMaximumCost).toBeCloseTo(0.4, 12);
});

test('AIQ of five models by hand: corners (1, .2), (2, .6), (5, .9); the others lie below', () => {
  const singles = points([1, 0.2], [2, 0.6], [3, 0.65], [5, 0.9], [4, 0.3]);
  const found = aiq(singles, rangeOf(singles));
  // (0.2 + 0.6)/2 · 1 + (0.6 + 0.9)/2 · 3 = 0.4 + 2.25
  expect(found.perCostRange).toBeCloseTo(2.65 / 4, 12);
  expect(found.perMaximumCost).toBeCloseTo(2.65 / 5, 12);
});

test('AIQ of a curve that begins right of the range is joined to the router that answers nothing for nothing', () => {
  // From (1, 0.25) to (2, 0.5), then level to 4.
  expect(aiq(points([2, 0.5]), { from: 1, to: 4 }).perCostRange).toBeCloseTo((0.375 + 1) / 3, 12);
});

test('AIQ of models of one cost is the best of them', () => {
  expect(aiq(points([2, 0.5], [2, 0.7]), { from: 2, to: 2 }).perCostRange).toBe(0.7);
});

/** Every mixture of two points, tried one by one. */
const slowQuality = (all: readonly Point[], cost: number): number => {
  const reached = all.flatMap((one) => [
    one.cost <= cost ? one.quality : Number.NEGATIVE_INFINITY,
    ...all
      .filter((other) => other.cost >= cost && one.cost <= cost && other.cost > one.cost)
      .map((other) => {
        const share = (cost - one.cost) / (other.cost - one.cost);
        return (1 - share) * one.quality + share * other.quality;
      }),
  ]);
  return Math.max(...reached);
};

const slowArea = (all: readonly Point[], from: number, to: number): number => {
  const bounds = [...new Set([from, ...all.map(({ cost }) => cost), to])].filter((cost) => cost >= from && cost <= to);
  const sorted = bounds.toSorted((one, other) => one - other);
  return sorted.slice(1).reduce((area, right, index) => {
    const left = sorted[index] ?? from;
    return area + ((slowQuality(all, left) + slowQuality(all, right)) / 2) * (right - left);
  }, 0);
};

const somePoints = fc.array(
  fc.record({
    cost: fc.integer({ min: 1, max: 40 }).map((cost) => cost / 8),
    quality: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 12 },
);

test('hull and area equal those of a slow implementation to a billionth', () => {
  fc.assert(
    fc.property(somePoints, (all) => {
      const { from, to } = rangeOf(all);
      const hull = nonDecreasingHull(all);
      expect(Math.abs(areaUnder(hull, from, to) - slowArea(all, from, to))).toBeLessThan(1e-9);
      for (let cost = from; cost <= to; cost += 0.11)
        expect(Math.abs(qualityAt(hull, cost) - slowQuality(all, cost))).toBeLessThan(1e-9);
    }),
    { numRuns: 300 },
  );
});

test('half of the gap is recovered by a quarter of the calls when the router knows half of what it needs', () => {
  // The strong model is better on two rows of four; the router finds one of them first, then draws lots.
  const rows = [
    { weak: 0, strong: 1, wish: 2 },
    { weak: 0, strong: 1, wish: 1 },
    { weak: 1, strong: 1, wish: 1 },
    { weak: 0, strong: 0, wish: 1 },
  ];
  const found = pairMeasures(rows);
  // (0 → 0.5 over a quarter, 0.5 → 1 over the rest): 0.0625 + 0.5625
  expect(found?.apgr).toBeCloseTo(0.625, 12);
  expect(found?.cpt50).toBeCloseTo(0.25, 12);
  expect(found?.cpt80).toBeCloseTo(0.25 + 0.75 * 0.6, 12);
});

test('a router that has no wish is the one that draws lots: APGR 0.5, CPT50 a half', () => {
  const rows = Array.from({ length: 10 }, (_, row) => ({ weak: row % 2, strong: 1, wish: 0 }));
  const found = pairMeasures(rows);
  expect([found?.apgr, found?.cpt50, found?.cpt80]).toEqual([0.5, 0.5, 0.8]);
});

test('two models of equal quality have no gap to recover', () => {
  expect(pairMeasures([{ weak: 1, strong: 1, wish: 1 }])).toBeUndefined();
});

test('APGR equals the mean over every budget of calls, tried one by one', () => {
  const row = fc.record({
    weak: fc.integer({ min: 0, max: 1 }),
    strong: fc.integer({ min: 0, max: 1 }),
    wish: fc.integer({ min: 0, max: 5 }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 30 }), (rows) => {
      const found = pairMeasures(rows);
      const gap = rows.reduce((sum, { weak, strong }) => sum + strong - weak, 0);
      if (found === undefined) return expect(gap).toBeLessThanOrEqual(0);
      // Those of one wish are worth their mean, so the budget may end among them.
      const meanOf = (wish: number): number => {
        const alike = rows.filter((one) => one.wish === wish);
        return alike.reduce((sum, { weak, strong }) => sum + strong - weak, 0) / alike.length;
      };
      const gains = rows
        .map(({ wish }) => wish)
        .toSorted((one, other) => other - one)
        .map(meanOf);
      const shares = [
        0,
        ...gains.map((_, last) => gains.slice(0, last + 1).reduce((sum, gain) => sum + gain, 0) / gap),
      ];
      const mean = shares.slice(1).reduce((sum, share, index) => sum + (share + (shares[index] ?? 0)) / 2, 0);
      expect(Math.abs(found.apgr - mean / rows.length)).toBeLessThan(1e-9);
    }),
  );
});

test('the best single model is the cheaper of two equals, and unknown ones take no part', () => {
  expect(bestSingle(points([3, 0.8], [1, 0.8], [1, 0.2], [0, Number.NaN]))).toBe(1);
  expect(bestSingle([])).toBe(-1);
});

test('a curve that has the best quality at a third of its cost saves two thirds, and more at 95 %', () => {
  const best = { cost: 3, quality: 0.8 };
  const curve = points([0, 0.4], [1, 0.8], [3, 0.84]);
  expect(costSave(curve, best)).toBeCloseTo(2 / 3, 12);
  expect(costSave(curve, best, 0.95)).toBeCloseTo(0.7, 12);
  expect(costSave(points([1, 0.7]), best)).toBeUndefined();
  const gain = perfGain(curve, best);
  expect(gain.absolute).toBeCloseTo(0.04, 12);
  expect(gain.relative).toBeCloseTo(0.05, 12);
});

test('a point on the frontier of the models is no way behind it, one below it is', () => {
  const singles = points([0, 0], [1, 1]);
  expect(paretoDist({ cost: 0.5, quality: 0.5 }, singles)).toBe(0);
  expect(paretoDist({ cost: 1, quality: 0 }, singles)).toBeCloseTo(Math.SQRT1_2, 12);
  expect(paretoDist({ cost: 3, quality: 0.75 }, singles)).toBeCloseTo(0.25, 12);
});
