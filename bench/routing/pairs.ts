import { Dice } from '../../src/core/routing/dice.ts';
import {
  type PairRow,
  pairMeasures,
  pairMeasuresInOrder,
} from '../../src/core/routing/evaluation/curves/pair-curve.ts';
import { bootstrap } from '../../src/core/routing/evaluation/evidence/bootstrap.ts';
import type { ModelCard } from '../../src/core/routing/learned/model-card.ts';
import type { LabelledRow } from '../../src/core/routing/learned/training-table.ts';
import type { Figures } from './figure.ts';
import { FittedRouter } from './fitted.ts';
import { splitsOf, type Tested } from './split.ts';
import type { Table } from './tables.ts';

export interface PairRun {
  readonly figures: Figures;
  readonly seeds: readonly number[];
  readonly draws: number;
  readonly training: ReadonlyMap<string, Table> | undefined;
}

export const isPair = ({ models, rows }: Table): boolean => models.length === 2 && rows.length > 0;

const budgets = [3, 10, 30, 100, 300, 1000, 1500] as const;

/** A table of two models: as it is when it learned nothing of it, from few labels, and in folds. */
export const measurePair = (table: Table, run: PairRun): void => {
  const [strong, weak] = byStrength(table);
  run.figures.title(
    `${table.name}: ${table.rows.length} queries, ${table.models[strong]} against ${table.models[weak]}`,
  );
  const pair: Pair = { table, strong, weak };
  const none = new FittedRouter({ models: table.models, rows: [] }, { seed: 0, cards: cardsOf(pair) });
  measure(pair, { name: 'zero-shot', run, wishes: table.rows.map((row) => wishOf(none, row, pair)) });
  measure(pair, {
    name: 'prompt length',
    run,
    wishes: table.rows.map(({ facts }) => facts.textCharacters),
    baseline: true,
  });
  measure(pair, { name: 'lot', run, wishes: table.rows.map(() => 0), baseline: true });
  measure(pair, {
    name: 'oracle',
    run,
    wishes: table.rows.map(({ scores }) => (scores[strong] ?? 0) - (scores[weak] ?? 0)),
    baseline: true,
  });
  for (const labels of budgets) if (labels <= table.rows.length / 2) measureBudget(pair, labels, run);
  const tested = splitsOf(table, run.training?.get(table.name), 0);
  measure(pair, { name: 'all labels', run, wishes: wishesOf(pair, tested), groups: tested.groups });
};

interface Pair {
  readonly table: Table;
  readonly strong: number;
  readonly weak: number;
}

const byStrength = ({ models, rows }: Table): readonly [strong: number, weak: number] => {
  const mean = (model: number): number => rows.reduce((sum, { scores }) => sum + (scores[model] ?? 0), 0);
  return models.length === 2 && mean(1) > mean(0) ? [1, 0] : [0, 1];
};

/** All that is known without a label: which of the two is the stronger. */
const cardsOf = ({ table, strong }: Pair): readonly ModelCard[] =>
  table.models.map((id, index) => ({ id, qualityIndex: index === strong ? 0.75 : 0.55 }));

const wishOf = (router: FittedRouter, { facts }: LabelledRow, { strong, weak }: Pair): number => {
  const { models } = router.predict(facts);
  return (models[strong]?.quality ?? 0) - (models[weak]?.quality ?? 0);
};

const wishesOf = (pair: Pair, { splits, table }: Tested): readonly number[] => {
  const wishes: number[] = [];
  for (const { training, tested } of splits) {
    const router = new FittedRouter({ models: table.models, rows: training }, { seed: 0, cards: cardsOf(pair) });
    for (const at of tested) {
      const row = table.rows[at];
      if (row !== undefined) wishes[at] = wishOf(router, row, pair);
    }
  }
  return wishes;
};

/** Labels drawn from the table itself, or from the other folder's; the rest is tested. Means over the seeds. */
const measureBudget = (pair: Pair, labels: number, { figures, seeds, training }: PairRun): void => {
  const { table } = pair;
  const found = seeds.slice(0, 3).flatMap((seed) => {
    const other = training?.get(table.name);
    const { splits } = splitsOf(table, other, seed);
    const [split] = splits;
    if (split === undefined) return [];
    const dice = new Dice(`labels ${seed}`);
    const source = other === undefined ? table.rows : split.training;
    const drawn = new Set(drawnPlaces(source.length, labels, dice));
    const learned = source.filter((_, index) => drawn.has(index));
    const tested = other === undefined ? table.rows.filter((_, index) => !drawn.has(index)) : table.rows;
    const router = new FittedRouter({ models: table.models, rows: learned }, { seed, cards: cardsOf(pair) });
    const measures = pairMeasures(tested.map((row) => pairRow(row, pair, wishOf(router, row, pair))));
    return measures === undefined ? [] : [measures];
  });
  const mean = (read: (one: (typeof found)[number]) => number): number =>
    found.reduce((sum, one) => sum + read(one), 0) / found.length;
  const add = (name: string, value: number): void =>
    figures.add({ part: 'pairs', table: table.name, name: `${name}, ${labels} labels`, value });
  add(
    'APGR',
    mean(({ apgr }) => apgr),
  );
  add('CPT50 %', 100 * mean(({ cpt50 }) => cpt50));
  add('CPT80 %', 100 * mean(({ cpt80 }) => cpt80));
};

const drawnPlaces = (count: number, wanted: number, dice: Dice): readonly number[] => {
  const places = Array.from({ length: count }, (_, index) => index);
  for (let at = 0; at < Math.min(wanted, count); at++) {
    const other = at + Math.floor(dice.next() * (count - at));
    [places[at], places[other]] = [places[other] ?? 0, places[at] ?? 0];
  }
  return places.slice(0, wanted);
};

const pairRow = ({ scores }: LabelledRow, { strong, weak }: Pair, wish: number): PairRow => ({
  weak: scores[weak] ?? 0,
  strong: scores[strong] ?? 0,
  wish,
});

interface Measuring {
  readonly name: string;
  readonly run: PairRun;
  readonly wishes: readonly number[];
  readonly groups?: Int32Array;
  readonly baseline?: boolean;
}

const measure = (pair: Pair, { name, run, wishes, groups, baseline }: Measuring): void => {
  const { table } = pair;
  const rows = table.rows.map((row, index) => pairRow(row, pair, wishes[index] ?? 0));
  const order = rows.map((_, index) => index).toSorted((one, other) => (wishes[other] ?? 0) - (wishes[one] ?? 0));
  const figures = (weights: Float64Array | undefined): readonly number[] => {
    const found = pairMeasuresInOrder(rows, order, weights);
    return found === undefined ? [] : [found.apgr, 100 * found.cpt50, 100 * found.cpt80, 100 * found.strongShareFor95];
  };
  const own = groups ?? Int32Array.from(rows, (_, index) => index);
  const intervals = bootstrap(own, figures, { draws: run.draws, seed: 'pair' });
  const names = ['APGR', 'CPT50 %', 'CPT80 %', 'strong calls for 95 % of its quality'];
  intervals.forEach(({ value, low, high }, index) => {
    const figure = { part: 'pairs', table: table.name, name: `${names[index]}, ${name}`, value, low, high };
    run.figures.add({ ...figure, ...(baseline === true ? { baseline } : {}) });
  });
};
