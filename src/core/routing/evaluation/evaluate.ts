import { crossFitted } from './baselines/baseline.ts';
import { lengthLearner, meanLearner } from './baselines/mean-learner.ts';
import { neighbourLearner } from './baselines/neighbour-learner.ts';
import { foreseen, oracleChoices, sliceOracle } from './baselines/oracle.ts';
import { aiq, rangeOf } from './curves/aiq.ts';
import { bestSingle, cheapestSingle, costSave, paretoDist, perfGain } from './curves/gains.ts';
import { type Point, pointOf, pointsOfModels } from './curves/point.ts';
import { curveOf, sweep } from './curves/sweep.ts';
import type { EvaluationReport, NamedPoint } from './evaluation-report.ts';
import { bootstrap, type Interval } from './evidence/bootstrap.ts';
import { calibrationOf } from './evidence/calibration.ts';
import { poolAdvice } from './evidence/pool-advice.ts';
import { judge } from './evidence/verdict.ts';
import { cell, type OutcomeRow, type Predictions } from './outcome-table.ts';

/** What is evaluated: rows that were held out, and what the router foresaw and chose for them without having seen them. */
export interface Evaluated {
  readonly models: readonly string[];
  /** Of which everything is known; the rest counts as left out. */
  readonly rows: readonly OutcomeRow[];
  readonly leftOut: number;
  /** Near-duplicates of one another have one number. */
  readonly groups: Int32Array;
  /** Which rows were held out together. */
  readonly folds: Int32Array;
  readonly predicted: Predictions;
  /** At the dial the router is to run with. */
  readonly choices: Int32Array;
  readonly target: number;
  readonly seed: string;
  readonly draws?: number;
}

/** Everything a report says of a router, from rows that it had not seen. */
export const evaluate = (evaluated: Evaluated): EvaluationReport => {
  const { models, rows, groups, choices, predicted } = evaluated;
  const singles = pointsOfModels(rows, models.length);
  const best = Math.max(0, bestSingle(singles));
  const curve = curveOf(rows, sweep(predicted));
  const oracle = curveOf(rows, sweep(foreseen(rows)));
  const chosen = pointOf(rows, choices);
  const held = singles[best] ?? chosen;
  const range = rangeOf(singles);
  return {
    rows: rows.length,
    leftOut: evaluated.leftOut,
    groups: new Set(groups).size,
    folds: new Set(evaluated.folds).size,
    seed: evaluated.seed,
    target: evaluated.target,
    priced: singles.some(({ cost }) => cost > 0),
    verdict: judge(evaluated),
    singles: named(models, singles),
    bestSingle: { name: models[best] ?? '', ...held },
    cheapest: nameOf(models, singles, cheapestSingle(singles)),
    router: { chosen, intervals: intervalsOf(evaluated), curve: curveWithIntervals(evaluated) },
    oracle: { chosen: pointOf(rows, oracleChoices(rows)), curve: distinct(oracle) },
    random: meanPoint(singles),
    baselines: baselinesOf(evaluated),
    aiq: { range, router: aiq(curve, range), zero: aiq(singles, range), oracle: aiq(oracle, range) },
    costSave: { at100: costSave(curve, held), at98: costSave(curve, held, 0.98), at95: costSave(curve, held, 0.95) },
    perfGain: perfGain(curve, held),
    paretoDist: paretoDist(chosen, singles),
    regret: pointOf(rows, oracleChoices(rows)).quality - chosen.quality,
    shares: sharesOf(models, choices),
    calibration: calibrationOf(pairsOf(rows, predicted)),
    slices: slicesOf(evaluated, best),
    pool: poolAdvice(rows, models),
  };
};

const named = (models: readonly string[], points: readonly Point[]): readonly NamedPoint[] =>
  points.map((point, index) => ({ name: models[index] ?? '', ...point }));

const nameOf = (models: readonly string[], points: readonly Point[], index: number): NamedPoint =>
  named(models, points)[Math.max(0, index)] ?? { name: '', cost: Number.NaN, quality: Number.NaN };

const meanPoint = (points: readonly Point[]): Point => ({
  cost: points.reduce((sum, { cost }) => sum + cost, 0) / points.length,
  quality: points.reduce((sum, { quality }) => sum + quality, 0) / points.length,
});

const intervalsOf = ({ rows, choices, groups, seed, draws = 1000 }: Evaluated) => {
  const figures = (weights: Float64Array | undefined): readonly number[] => {
    const { cost, quality } = pointOf(rows, choices, weights);
    return [cost, quality];
  };
  const [cost = nothing, quality = nothing] = bootstrap(groups, figures, { draws, seed });
  return { cost, quality };
};

const nothing: Interval = { value: Number.NaN, low: Number.NaN, high: Number.NaN };

const curveWithIntervals = ({ rows, predicted, groups, seed }: Evaluated): EvaluationReport['router']['curve'] => {
  const settings = sweep(predicted, 24);
  const intervals = bootstrap(groups, (weights) => curveOf(rows, settings, weights).map(({ quality }) => quality), {
    draws: 200,
    seed,
  });
  const curve = curveOf(rows, settings).map((point, index) => ({
    ...point,
    dollarsPerQuality: settings[index]?.dollarsPerQuality ?? 0,
    low: intervals[index]?.low ?? Number.NaN,
    high: intervals[index]?.high ?? Number.NaN,
  }));
  return distinct(curve);
};

const baselinesOf = ({ rows, models, folds }: Evaluated): EvaluationReport['baselines'] => {
  const split = { rows, models: models.length, folds };
  const ways: readonly (readonly [string, Predictions])[] = [
    ['means of the models', crossFitted(meanLearner, split)],
    ['prompt length', crossFitted(lengthLearner, split)],
    ['100 nearest prompts', crossFitted(neighbourLearner(100), split)],
    ['knows the slice', sliceOracle(rows, models.length, folds)],
  ];
  const singles = pointsOfModels(rows, models.length);
  const held = singles[Math.max(0, bestSingle(singles))];
  return ways.map(([name, predictions]) => {
    const curve = curveOf(rows, sweep(predictions));
    return {
      name,
      aiq: aiq(curve, rangeOf(singles)),
      save95: held === undefined ? undefined : costSave(curve, held, 0.95),
      curve: distinct(curve),
    };
  });
};

/** Settings that lie next to each other often choose the same. */
const distinct = <Kind extends Point>(curve: readonly Kind[]): readonly Kind[] =>
  curve.filter(({ cost, quality }, index) => {
    const before = curve[index - 1];
    return before === undefined || before.cost !== cost || before.quality !== quality;
  });

const sharesOf = (models: readonly string[], choices: Int32Array): EvaluationReport['shares'] =>
  models.map((model, index) => ({
    model,
    share: choices.filter((choice) => choice === index).length / Math.max(1, choices.length),
  }));

const pairsOf = (rows: readonly OutcomeRow[], { quality }: Predictions) =>
  rows.flatMap((row, index) =>
    Array.from(row.scores, (actual, model) => ({ predicted: cell(quality[index], model), actual })),
  );

const slicesOf = ({ rows, choices }: Evaluated, best: number): EvaluationReport['slices'] => {
  const members = new Map<string, number[]>();
  rows.forEach(({ slice }, index) => {
    const known = members.get(slice);
    if (known === undefined) members.set(slice, [index]);
    else known.push(index);
  });
  return [...members].map(([slice, indexes]) => {
    const own = indexes.flatMap((index) => rows[index] ?? []);
    return {
      slice,
      rows: own.length,
      router: pointOf(
        own,
        Int32Array.from(indexes, (index) => choices[index] ?? 0),
      ),
      bestSingle: pointOf(own, new Int32Array(own.length).fill(best)),
      oracle: pointOf(own, oracleChoices(own)),
    };
  });
};
