import { expect, test } from 'bun:test';
import { Dice } from '../../dice.ts';
import { meansOf } from '../baselines/mean-learner.ts';
import { bestFor } from '../curves/sweep.ts';
import type { OutcomeRow } from '../outcome-table.ts';
import { bootstrap, quantile } from './bootstrap.ts';
import { calibrationOf } from './calibration.ts';
import { groupedFolds, groupsOf } from './grouped-split.ts';
import { poolAdvice } from './pool-advice.ts';
import { judge } from './verdict.ts';

const row = (id: string, scores: readonly number[], costs: readonly number[], slice = 'all'): OutcomeRow => ({
  id,
  prompt: `question ${id}`,
  slice,
  scores,
  costs,
});

const alone = (rows: readonly unknown[]): Int32Array => Int32Array.from(rows, (_, index) => index);

test('the interval of a mean of zeros and ones is two standard errors wide on each side', () => {
  const values = Array.from({ length: 400 }, (_, index) => index % 2);
  const mean = (weights: Float64Array | undefined): readonly number[] => {
    const total = values.reduce((sum, _, index) => sum + (weights?.[index] ?? 1), 0);
    return [values.reduce((sum, value, index) => sum + value * (weights?.[index] ?? 1), 0) / total];
  };
  const [found] = bootstrap(alone(values), mean, { draws: 2000, seed: 'a' });
  expect(found?.value).toBe(0.5);
  expect(Math.abs((found?.low ?? 0) - (0.5 - 1.96 * 0.025))).toBeLessThan(0.006);
  expect(Math.abs((found?.high ?? 0) - (0.5 + 1.96 * 0.025))).toBeLessThan(0.006);
  expect(bootstrap(alone(values), mean, { draws: 50, seed: 'b' })).toEqual(
    bootstrap(alone(values), mean, { draws: 50, seed: 'b' }),
  );
});

test('rows that repeat one another make an interval no narrower', () => {
  const once = Array.from({ length: 50 }, (_, index) => index % 2);
  const often = once.flatMap((value) => Array.from({ length: 20 }, () => value));
  const width = (values: readonly number[], groups: Int32Array): number => {
    const [found] = bootstrap(
      groups,
      (weights) => {
        const total = values.reduce((sum, _, index) => sum + (weights?.[index] ?? 1), 0);
        return [values.reduce((sum, value, index) => sum + value * (weights?.[index] ?? 1), 0) / total];
      },
      { draws: 500, seed: 'w' },
    );
    return (found?.high ?? 0) - (found?.low ?? 0);
  };
  const grouped = Int32Array.from(often, (_, index) => Math.floor(index / 20));
  expect(width(often, grouped)).toBeCloseTo(width(once, alone(once)), 12);
});

test('a quantile lies between its neighbours', () => {
  expect(quantile(Float64Array.of(1, 2, 4), 0.75)).toBe(3);
  expect(quantile(new Float64Array(0), 0.5)).toBeNaN();
});

test('predictions that are a fifth too high on all rows have a calibration error of a fifth', () => {
  const pairs = Array.from({ length: 100 }, (_, index) => ({ predicted: 0.7, actual: index % 2 }));
  const found = calibrationOf(pairs);
  expect(found.ece).toBeCloseTo(0.2, 12);
  expect(found.bins).toHaveLength(1);
});

test('two wordings of one question stand in one group, and shared instructions join nobody', () => {
  const instruction =
    'You are a careful assistant. Answer with one letter and nothing else. Here is the question for you today:';
  const topics = Array.from(
    { length: 60 },
    (_, index) => `${instruction} explain topic${index} about thing${index * 7} in place${index}`,
  );
  const long =
    'why does the moon move slowly away from the earth although gravity should pull both of them together over time';
  const groups = groupsOf([...topics, long, `${long} please`]);
  expect(new Set(groups.subarray(0, 60)).size).toBe(60);
  expect(groups[60]).toBe(groups[61] ?? -1);
});

test('folds hold whole groups and are of near equal size', () => {
  const groups = Int32Array.from({ length: 100 }, (_, index) => Math.floor(index / 4));
  const folds = groupedFolds(groups, { folds: 5, seed: 's' });
  for (let group = 0; group < 25; group++) expect(new Set(folds.subarray(group * 4, group * 4 + 4)).size).toBe(1);
  expect([0, 1, 2, 3, 4].map((fold) => folds.filter((one) => one === fold).length)).toEqual([20, 20, 20, 20, 20]);
});

test('a router that knows which of two models is right is better, and one that takes the wrong one is worse', () => {
  const rows = Array.from({ length: 200 }, (_, index) =>
    row(String(index), index % 2 === 0 ? [1, 0.4] : [0.4, 1], [1, 1]),
  );
  const judged = { models: ['one', 'other'], rows, groups: alone(rows), seed: 'v', draws: 400 };
  expect(judge({ ...judged, choices: Int32Array.from(rows, (_, index) => index % 2) }).word).toBe('better');
  expect(judge({ ...judged, choices: Int32Array.from(rows, (_, index) => 1 - (index % 2)) }).word).toBe('worse');
  expect(judge({ ...judged, choices: new Int32Array(rows.length) }).word).toBe('not shown');
});

test('a router that is right on four rows of five is not shown to be better on five rows', () => {
  const rows = Array.from({ length: 5 }, (_, index) => row(String(index), index === 0 ? [1, 0] : [0.5, 0.5], [1, 1]));
  expect(judge({ models: ['a', 'b'], rows, groups: alone(rows), choices: new Int32Array(5), seed: 'n' }).word).toBe(
    'not shown',
  );
});

test('a router that saves half of the cost for the same answers is better', () => {
  const rows = Array.from({ length: 100 }, (_, index) =>
    row(String(index), index % 2 === 0 ? [1, 1] : [0, 1], [0.1, 1]),
  );
  const choices = Int32Array.from(rows, (_, index) => index % 2);
  const verdict = judge({ models: ['cheap', 'dear'], rows, groups: alone(rows), choices, seed: 'c' });
  expect(verdict.word).toBe('better');
  expect(verdict.saved.value).toBeCloseTo(0.45, 12);
});

/** Learns the best model on one half of the rows and chooses it on the other: of each slice by itself, or of all together. */
const learned = (rows: readonly OutcomeRow[], alike: (one: OutcomeRow, other: OutcomeRow) => boolean): Int32Array => {
  const half = rows.length / 2;
  return Int32Array.from(rows, (row, index) => {
    const others = rows.filter((one, at) => alike(row, one) && at < half !== index < half);
    const { quality, cost } = meansOf(others, 3);
    return bestFor(quality, cost, Number.POSITIVE_INFINITY);
  });
};

const shuffled = (seed: number): readonly OutcomeRow[] => {
  const dice = new Dice(`shuffled ${seed}`);
  return Array.from({ length: 300 }, (_, index) =>
    row(
      String(index),
      [0.7, 0.6, 0.65].map((share) => (dice.next() < share ? 1 : 0)),
      [1, 2, 3].map((price) => price * (0.5 + dice.next())),
      `slice ${index % 5}`,
    ),
  );
};

const wordsOn = (alike: (one: OutcomeRow, other: OutcomeRow) => boolean): readonly string[] =>
  Array.from({ length: 100 }, (_, seed) => {
    const rows = shuffled(seed);
    const choices = learned(rows, alike);
    return judge({ models: ['a', 'b', 'c'], rows, groups: alone(rows), choices, seed: String(seed), draws: 200 }).word;
  });

test('labels shuffled over the rows give "not shown" for at least 95 of 100 seeds', () => {
  expect(wordsOn(() => true).filter((word) => word === 'not shown').length).toBeGreaterThanOrEqual(95);
});

test('a router that believes noise is never shown to be better', () => {
  expect(wordsOn((one, other) => one.slice === other.slice)).not.toContain('better');
});

test('the advice drops exactly the two dominated models, and each model it adds lowers no figure', () => {
  const dice = new Dice('pool');
  const right = { cheap: 0.5, fair: 0.7, strong: 0.85, dearer: 0.48, useless: 0.3 };
  const price = { cheap: 1, fair: 3, strong: 9, dearer: 2, useless: 9.5 };
  const models = Object.keys(right) as (keyof typeof right)[];
  const rows = Array.from({ length: 1000 }, (_, index) =>
    row(
      String(index),
      models.map((model) => (dice.next() < right[model] ? 1 : 0)),
      models.map((model) => price[model]),
    ),
  );
  const { dominated, proposed } = poolAdvice(rows, models);
  expect(dominated.map(({ model }) => model)).toEqual(['dearer', 'useless']);
  expect(proposed.map(({ model }) => model).toSorted()).toEqual(['cheap', 'fair', 'strong']);
  for (const { addsMixing, addsOracle } of proposed) {
    expect(addsMixing).toBeGreaterThanOrEqual(-1e-12);
    expect(addsOracle).toBeGreaterThanOrEqual(0);
  }
});
