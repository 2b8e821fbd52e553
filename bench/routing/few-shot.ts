import { Dice } from '../../src/core/routing/dice.ts';
import { bestSingle } from '../../src/core/routing/evaluation/curves/gains.ts';
import { type Point, pointsOfModels } from '../../src/core/routing/evaluation/curves/point.ts';
import type { OutcomeRow } from '../../src/core/routing/evaluation/outcome-table.ts';
import type { ModelCard } from '../../src/core/routing/learned/model-card.ts';
import type { LabelledRow } from '../../src/core/routing/learned/training-table.ts';
import { outcomeRowsOf } from '../../src/core/routing/training/training-table-of.ts';
import type { Figures } from './figure.ts';
import { FittedRouter } from './fitted.ts';
import type { Table } from './tables.ts';

const budgets = [0, 3, 10, 30, 100] as const;
/** What the dearest model's whole mean cost is worth in quality. */
const costWeight = 0.05;
const leastTask = 60;

/**
 * A task nobody has seen, and few labels of it: how many points of utility (quality less 0.05 of the cost, as a share of the dearest model's) a router loses
 * to the single model that turns out best. What is known of the models are their means on the other tasks.
 */
export const measureFewShot = (
  table: Table,
  { figures, seeds }: { readonly figures: Figures; readonly seeds: readonly number[] },
): void => {
  const tasks = [...new Set(table.rows.map(({ task }) => task ?? ''))];
  if (tasks.length < 3) return;
  for (const labels of budgets) {
    const losses = tasks.flatMap((task) => seeds.flatMap((seed) => lossOn(table, { task, labels, seed }) ?? []));
    if (losses.length === 0) continue;
    const value = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    figures.add({ part: 'few-shot', table: table.name, name: `regret, ${labels} labels of a new task`, value });
  }
};

const lossOn = (
  table: Table,
  { task, labels, seed }: { readonly task: string; readonly labels: number; readonly seed: number },
): number | undefined => {
  const own = table.rows.filter((row) => row.task === task && isComplete(row));
  if (own.length < Math.max(leastTask, labels + 30)) return undefined;
  const others = outcomeRowsOf({
    models: table.models,
    rows: table.rows.filter((row) => row.task !== task && isComplete(row)),
  });
  const known = pointsOfModels(others, table.models.length);
  const dearest = Math.max(...known.map(({ cost }) => cost));
  const dice = new Dice(`few ${seed} ${task}`);
  const shuffled = own.map((row) => ({ row, ticket: dice.next() })).toSorted((one, other) => one.ticket - other.ticket);
  const learned = shuffled.slice(0, labels).map(({ row }) => row);
  const tested = shuffled.slice(labels).map(({ row }) => row);
  const router = new FittedRouter(
    { models: table.models, rows: learned },
    { seed, cards: cardsOf(table.models, known) },
  );
  const rule = { lambda: dearest / costWeight };
  const outcomes = outcomeRowsOf({ models: table.models, rows: tested });
  const chosen = tested.map(({ facts }) => router.choose(facts, rule));
  const utility = utilities(outcomes, dearest);
  const best = Math.max(...table.models.map((_, model) => utility(() => model)));
  return 100 * (best - utility((index) => chosen[index] ?? 0));
};

const isComplete = ({ scores, costs = [] }: LabelledRow): boolean =>
  scores.every(Number.isFinite) && costs.every(Number.isFinite);

const utilities =
  (rows: readonly OutcomeRow[], dearest: number) =>
  (choose: (index: number) => number): number =>
    rows.reduce((sum, { scores, costs }, index) => {
      const model = choose(index);
      return sum + (scores[model] ?? 0) - (costWeight * (costs[model] ?? 0)) / dearest;
    }, 0) / rows.length;

/** A price per token that makes a usual answer cost what the model cost elsewhere. */
const cardsOf = (models: readonly string[], known: readonly Point[]): readonly ModelCard[] => {
  const best = known[Math.max(0, bestSingle(known))]?.quality ?? 1;
  return models.map((id, index) => {
    const { cost = 0, quality = best } = known[index] ?? {};
    const perToken = (cost * 1e6) / 500;
    return {
      id,
      qualityIndex: Math.min(1, Math.max(0, quality)),
      inputPerMillion: perToken,
      outputPerMillion: perToken,
    };
  });
};
