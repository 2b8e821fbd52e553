import { bestSingle, costSave, perfGain } from '../../src/core/routing/evaluation/curves/gains.ts';
import { pointsOfModels } from '../../src/core/routing/evaluation/curves/point.ts';
import { curveOf, sweep } from '../../src/core/routing/evaluation/curves/sweep.ts';
import type { LabelledRow } from '../../src/core/routing/learned/training-table.ts';
import { outcomeRowsOf } from '../../src/core/routing/training/training-table-of.ts';
import type { Figures } from './figure.ts';
import { emptyPredictions, FittedRouter, note } from './fitted.ts';
import { splitsOf } from './split.ts';
import type { Table } from './tables.ts';

/** Two cheap models of different families, and the strong one that answers where they disagree. */
interface Cascade {
  readonly strong: string;
  readonly cheap: readonly string[];
  readonly tasks?: RegExp;
}

const cascades: Readonly<Record<string, Cascade>> = {
  zeroeval: {
    strong: 'gpt-4o-2024-08-06',
    cheap: ['gpt-4o-mini-2024-07-18', 'deepseek-v2.5-0908', 'gemini-1.5-flash'],
    tasks: /gsm|math|crux/,
  },
  mmlupro: {
    strong: 'gpt-4o-2024-05-13',
    cheap: ['gemini-1.5-flash-002', 'Meta-Llama-3_1-70B-Instruct', 'deepseek'],
  },
};

/**
 * Asking two cheap models and, where their answers differ, the strong one is a choice like any other: its outcomes are known from the single ones, every
 * call is paid, and the router learns which query is worth it.
 */
export const measureCascade = (
  table: Table,
  { figures, training }: { readonly figures: Figures; readonly training: ReadonlyMap<string, Table> | undefined },
): void => {
  const cascade = cascades[table.name];
  const widened = cascade === undefined ? undefined : widen(table, cascade);
  if (cascade === undefined || widened === undefined) return;
  const other = training?.get(table.name);
  const learnedFrom = other === undefined ? undefined : widen(other, cascade);
  const { splits } = splitsOf(widened, learnedFrom, 0);
  const predictions = emptyPredictions();
  for (const split of splits) {
    const router = new FittedRouter({ models: widened.models, rows: split.training }, { seed: 0 });
    for (const at of split.tested) {
      const facts = widened.rows[at]?.facts;
      if (facts !== undefined) note(predictions, at, router, facts);
    }
  }
  const rows = outcomeRowsOf(widened);
  const strong = pointsOfModels(rows, widened.models.length)[widened.models.indexOf(cascade.strong)];
  if (strong === undefined) return;
  const curve = curveOf(rows, sweep(predictions));
  const add = (name: string, value: number): void => figures.add({ part: 'cascade', table: table.name, name, value });
  for (const share of [1, 0.98, 0.95])
    add(`save@${100 * share} of ${cascade.strong}`, 100 * (costSave(curve, strong, share) ?? 0));
  add(`above ${cascade.strong} (pp)`, 100 * perfGain(curve, strong).absolute);
  const alone = pointsOfModels(rows, widened.models.length);
  const best = alone[Math.max(0, bestSingle(alone))];
  add('best single choice (pp)', 100 * ((best?.quality ?? 0) - strong.quality));
};

const widen = (table: Table, { strong, cheap, tasks }: Cascade): Table | undefined => {
  const pairs = cheap.flatMap((one, index) => cheap.slice(index + 1).map((other) => [one, other] as const));
  const singles = [strong, ...cheap];
  const places = singles.map((model) => table.models.indexOf(model));
  if (places.includes(-1)) return undefined;
  const kept: LabelledRow[] = [];
  const answers: Table['answers'][number][] = [];
  table.rows.forEach((row, index) => {
    const given = table.answers[index];
    if (given === undefined || (tasks !== undefined && !tasks.test(row.task ?? ''))) return;
    const outcomes = outcomesOf(row, given, { singles, places, pairs });
    if (outcomes.some(({ score, cost }) => !Number.isFinite(score) || !Number.isFinite(cost))) return;
    const { outputTokens: _, ...rest } = row;
    kept.push({ ...rest, scores: outcomes.map(({ score }) => score), costs: outcomes.map(({ cost }) => cost) });
    answers.push(given);
  });
  const models = [...singles, ...pairs.map(([one, other]) => `${one} and ${other}, else ${strong}`)];
  return kept.length < 100 ? undefined : { name: table.name, models, rows: kept, answers };
};

interface Outcome {
  readonly score: number;
  readonly cost: number;
}

const outcomesOf = (
  { scores, costs = [] }: LabelledRow,
  given: Readonly<Record<string, string>>,
  of: {
    readonly singles: readonly string[];
    readonly places: readonly number[];
    readonly pairs: readonly (readonly [string, string])[];
  },
): readonly Outcome[] => {
  const single = (model: string): Outcome => {
    const place = of.places[of.singles.indexOf(model)] ?? -1;
    return { score: scores[place] ?? Number.NaN, cost: costs[place] ?? Number.NaN };
  };
  const strong = single(of.singles[0] ?? '');
  return [
    ...of.singles.map(single),
    ...of.pairs.map(([one, other]) => {
      const [first, second] = [single(one), single(other)];
      const agree = given[one] !== undefined && given[one] !== '' && given[one] === given[other];
      const asked = first.cost + second.cost;
      return agree ? { score: first.score, cost: asked } : { score: strong.score, cost: asked + strong.cost };
    }),
  ];
};
