import { crossFitted, type Learner } from '../../src/core/routing/evaluation/baselines/baseline.ts';
import { lengthLearner, meanLearner } from '../../src/core/routing/evaluation/baselines/mean-learner.ts';
import { neighbourLearner } from '../../src/core/routing/evaluation/baselines/neighbour-learner.ts';
import { foreseen, sliceOracle } from '../../src/core/routing/evaluation/baselines/oracle.ts';
import { aiq, type CostRange, rangeOf } from '../../src/core/routing/evaluation/curves/aiq.ts';
import { bestSingle, cheapestSingle, costSave, perfGain } from '../../src/core/routing/evaluation/curves/gains.ts';
import { type Point, pointOf, pointsOfModels } from '../../src/core/routing/evaluation/curves/point.ts';
import { curveOf, type Setting, sweep } from '../../src/core/routing/evaluation/curves/sweep.ts';
import { bootstrap } from '../../src/core/routing/evaluation/evidence/bootstrap.ts';
import { calibrationOf } from '../../src/core/routing/evaluation/evidence/calibration.ts';
import { groupedFolds } from '../../src/core/routing/evaluation/evidence/grouped-split.ts';
import type { OutcomeRow, Predictions } from '../../src/core/routing/evaluation/outcome-table.ts';
import { outcomeRowsOf } from '../../src/core/routing/training/training-table-of.ts';
import type { Figures } from './figure.ts';
import { emptyPredictions, FittedRouter, note } from './fitted.ts';
import { type Split, splitsOf, type Tested } from './split.ts';
import type { Table } from './tables.ts';

export const dialTargets = [1, 0.98, 0.95, 0.9] as const;

export interface MultiModelRun {
  readonly figures: Figures;
  readonly seeds: readonly number[];
  readonly draws: number;
  /** What the tested tables are learned from, when that is another folder. */
  readonly training: ReadonlyMap<string, Table> | undefined;
}

/** Tables of three models and more whose calls have a cost. */
export const isMultiModel = ({ models, rows }: Table): boolean =>
  models.length > 2 && rows.some(({ costs }) => costs !== undefined);

/** Everything of one table: the router's curve and dials, each over all seeds, beside the baselines. */
export const measureTable = (table: Table, run: MultiModelRun): void => {
  const known = completeTable(table);
  const rows = outcomeRowsOf(known);
  const singles = pointsOfModels(rows, known.models.length);
  const held: Held = { rows, singles, best: bestSingle(singles), range: rangeOf(singles) };
  run.figures.title(`${table.name}: ${rows.length} queries, ${known.models.length} models`);
  measureBaselines(known, held, run);
  const all = run.seeds.map((seed) => measureSeed(known, held, { run, seed }));
  const names = Object.keys(all[0]?.values ?? {});
  for (const name of names) {
    const values = all.map(({ values }) => values[name] ?? Number.NaN);
    const interval = all[0]?.intervals[name];
    run.figures.add({
      part: 'tables',
      table: table.name,
      name,
      value: values.reduce((sum, value) => sum + value, 0) / values.length,
      ...(interval === undefined ? {} : { low: interval.low, high: interval.high }),
    });
  }
};

/** Rows of which everything is known: there are few others. */
const completeTable = (table: Table): Table => {
  const complete = table.rows.map(
    ({ scores, costs }) => scores.every(Number.isFinite) && (costs ?? []).every(Number.isFinite),
  );
  return {
    ...table,
    rows: table.rows.filter((_, index) => complete[index]),
    answers: table.answers.filter((_, index) => complete[index]),
  };
};

interface Held {
  readonly rows: readonly OutcomeRow[];
  readonly singles: readonly Point[];
  readonly best: number;
  readonly range: CostRange;
}

const measureBaselines = (table: Table, held: Held, { figures, training }: MultiModelRun): void => {
  const { rows, singles, range } = held;
  const models = table.models.length;
  const add = (name: string, value: number): void =>
    figures.add({ part: 'tables', table: table.name, name, value, baseline: true });
  const best = singles[held.best];
  const cheapest = singles[cheapestSingle(singles)];
  add('best single quality', best?.quality ?? Number.NaN);
  add('best single $ per 1,000', (best?.cost ?? Number.NaN) * 1000);
  add('cheapest quality', cheapest?.quality ?? Number.NaN);
  add('cheapest $ per 1,000', (cheapest?.cost ?? Number.NaN) * 1000);
  add('random quality', singles.reduce((sum, { quality }) => sum + quality, 0) / models);
  add('AIQ zero router', aiq(singles, range).perCostRange);
  const tested = splitsOf(table, training?.get(table.name), 0);
  const fiveFolds = groupedFolds(tested.groups, { folds: 5, seed: '0' });
  const ways: readonly (readonly [string, Predictions])[] = [
    ['means of the models', foreseenBy(meanLearner, tested, held)],
    ['prompt length', foreseenBy(lengthLearner, tested, held)],
    ['100 nearest prompts', foreseenBy(neighbourLearner(100), tested, held)],
    ['task oracle', sliceOracle(rows, models, fiveFolds)],
    ['oracle', foreseen(rows)],
  ];
  for (const [name, predictions] of ways) {
    const curve = curveOf(rows, sweep(predictions));
    add(`AIQ ${name}`, aiq(curve, range).perCostRange);
    if (best !== undefined) add(`save@95 ${name}`, costSave(curve, best, 0.95) ?? Number.NaN);
  }
};

/** A plain learner on the same splits. */
const foreseenBy = (learner: Learner, { table, splits }: Tested, { rows }: Held): Predictions => {
  const models = table.models.length;
  if (splits.length > 1) {
    const folds = new Int32Array(rows.length);
    splits.forEach(({ tested }, fold) => {
      for (const at of tested) folds[at] = fold;
    });
    return crossFitted(learner, { rows, models, folds });
  }
  const foresee = learner(outcomeRowsOf({ models: table.models, rows: splits[0]?.training ?? [] }), models);
  const found = rows.map(({ prompt }) => foresee(prompt));
  return { quality: found.map(({ quality }) => quality), cost: found.map(({ cost }) => cost) };
};

interface Measured {
  readonly values: Readonly<Record<string, number>>;
  readonly intervals: Readonly<Record<string, { readonly low: number; readonly high: number }>>;
}

const measureSeed = (
  table: Table,
  held: Held,
  { run, seed }: { readonly run: MultiModelRun; readonly seed: number },
): Measured => {
  const tested = splitsOf(table, run.training?.get(table.name), seed);
  const predictions = emptyPredictions();
  const choices = new Map(dialTargets.map((target) => [target, new Int32Array(table.rows.length)]));
  for (const split of tested.splits) foldOf(table, split, { seed, predictions, choices });
  const { rows, singles, best, range } = held;
  const settings = sweep(predictions);
  const curve = curveOf(rows, settings);
  const single = singles[best] ?? { cost: Number.NaN, quality: Number.NaN };
  const values: Record<string, number> = {
    'AIQ per cost range': aiq(curve, range).perCostRange,
    'AIQ per maximum cost': aiq(curve, range).perMaximumCost,
    'save@100 (hull)': costSave(curve, single) ?? 0,
    'save@98 (hull)': costSave(curve, single, 0.98) ?? 0,
    'save@95 (hull)': costSave(curve, single, 0.95) ?? 0,
    'best setting above best single (pp)': 100 * perfGain(curve, single).absolute,
    ECE: calibrationOf(
      rows.flatMap((row, index) =>
        Array.from(row.scores, (actual, model) => ({ predicted: predictions.quality[index]?.[model] ?? 0, actual })),
      ),
    ).ece,
  };
  for (const [target, chosen] of choices) {
    const point = pointOf(rows, chosen);
    values[`saved at target ${100 * target} %`] = 1 - point.cost / single.cost;
    values[`landed at target ${100 * target} %`] = (100 * point.quality) / single.quality;
    if (target === 1) values['target 100 above best single (pp)'] = 100 * (point.quality - single.quality);
  }
  return {
    values,
    intervals: seed === run.seeds[0] ? intervalsOf(tested.groups, { held, settings, draws: run.draws }) : {},
  };
};

const foldOf = (
  table: Table,
  { training, tested }: Split,
  into: {
    readonly seed: number;
    readonly predictions: ReturnType<typeof emptyPredictions>;
    readonly choices: ReadonlyMap<number, Int32Array>;
  },
): void => {
  const router = new FittedRouter({ models: table.models, rows: training }, { seed: into.seed });
  const rules = [...into.choices].map(([target, chosen]) => ({
    rule: router.rule({ kind: 'quality', target }),
    chosen,
  }));
  for (const at of tested) {
    const facts = table.rows[at]?.facts;
    if (facts === undefined) continue;
    note(into.predictions, at, router, facts);
    for (const { rule, chosen } of rules) chosen[at] = router.choose(facts, rule);
  }
};

const intervalsOf = (
  groups: Int32Array,
  { held, settings, draws }: { readonly held: Held; readonly settings: readonly Setting[]; readonly draws: number },
): Measured['intervals'] => {
  const { rows, singles, best, range } = held;
  const figures = (weights: Float64Array | undefined): readonly number[] => {
    const curve = curveOf(rows, settings, weights);
    const single = pointsOfModels(rows, singles.length, weights)[best] ?? { cost: Number.NaN, quality: Number.NaN };
    return [
      aiq(curve, range).perCostRange,
      costSave(curve, single, 0.95) ?? Number.NaN,
      100 * perfGain(curve, single).absolute,
    ];
  };
  const [first, second, third] = bootstrap(groups, figures, { draws, seed: 'bench' });
  return {
    ...(first === undefined ? {} : { 'AIQ per cost range': first }),
    ...(second === undefined ? {} : { 'save@95 (hull)': second }),
    ...(third === undefined ? {} : { 'best setting above best single (pp)': third }),
  };
};
