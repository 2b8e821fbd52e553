import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { Dice } from '../dice.ts';
import { crossFitted } from './baselines/baseline.ts';
import { neighbourLearner } from './baselines/neighbour-learner.ts';
import { foreseen } from './baselines/oracle.ts';
import { nonDecreasingHull, qualityAt } from './curves/hull.ts';
import { pointsOfModels } from './curves/point.ts';
import { curveOf, settingOf, sweep } from './curves/sweep.ts';
import { evaluate } from './evaluate.ts';
import { groupedFolds, groupsOf } from './evidence/grouped-split.ts';
import { completeRows, type OutcomeRow } from './outcome-table.ts';

const topics = { law: ['court', 'judge', 'statute', 'appeal'], code: ['function', 'loop', 'array', 'compile'] };

/** Model A wins on code, B on law; C is dear and knows everything. */
const rows: readonly OutcomeRow[] = Array.from({ length: 240 }, (_, index) => {
  const slice = index % 2 === 0 ? ('law' as const) : ('code' as const);
  const dice = new Dice(`row ${index}`);
  const words = Array.from({ length: 12 }, () => topics[slice][Math.floor(dice.next() * 4)] ?? '');
  return {
    id: String(index),
    prompt: `${words.join(' ')} ${index}`,
    slice,
    scores: slice === 'law' ? [0, 1, 1] : [1, 0, 1],
    costs: [1, 1.1, 10],
  };
});

const evaluated = () => {
  const groups = groupsOf(rows.map(({ prompt }) => prompt));
  const folds = groupedFolds(groups, { folds: 5, seed: 'e' });
  const predicted = crossFitted(neighbourLearner(20), { rows, models: 3, folds });
  const { choices } = settingOf(predicted, 20);
  return {
    models: ['a', 'b', 'c'],
    rows,
    leftOut: 2,
    groups,
    folds,
    predicted,
    choices,
    target: 1,
    seed: 'e',
    draws: 200,
  };
};

test('a router that reads two kinds of query does the work of the dear model for a tenth of its cost', () => {
  const report = evaluate(evaluated());
  expect(report.verdict.word).toBe('better');
  expect(report.bestSingle.name).toBe('c');
  expect(report.router.chosen.quality).toBeGreaterThan(0.95);
  expect(report.costSave.at95).toBeGreaterThan(0.85);
  expect(report.aiq.zero.perCostRange).toBeLessThan(report.aiq.router.perCostRange);
  expect(report.slices.map(({ slice }) => slice)).toEqual(['law', 'code']);
  expect(report.shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
});

test('rows of which a score is missing are left out', () => {
  const table = { models: ['a', 'b', 'c'], rows: [...rows, { ...rows[0], scores: [1, Number.NaN, 1] } as OutcomeRow] };
  expect(completeRows(table)).toHaveLength(rows.length);
});

test('at every cost a lot is no better than mixing single models, and mixing no better than the oracle', () => {
  const outcome = fc.record({
    scores: fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 1 }),
    ),
    costs: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
  });
  fc.assert(
    fc.property(fc.array(outcome, { minLength: 1, maxLength: 20 }), (outcomes) => {
      const some = outcomes.map((one, index) => ({ ...one, id: String(index), prompt: '', slice: 'all' }));
      const singles = pointsOfModels(some, 3);
      const zero = nonDecreasingHull(singles);
      const oracle = nonDecreasingHull(curveOf(some, sweep(foreseen(some), 400)));
      const lot = {
        cost: singles.reduce((sum, { cost }) => sum + cost, 0) / 3,
        quality: singles.reduce((sum, { quality }) => sum + quality, 0) / 3,
      };
      expect(lot.quality).toBeLessThanOrEqual(qualityAt(zero, lot.cost) + 1e-9);
      // The sweep has finitely many settings, so its hull may be a little below the oracle's own.
      for (const { cost, quality } of singles) expect(quality).toBeLessThanOrEqual(qualityAt(oracle, cost) + 0.02);
    }),
    { numRuns: 100 },
  );
});
