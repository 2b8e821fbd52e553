import type { Evaluated } from '../evaluation/evaluate.ts';
import { groupedFolds, groupsOf } from '../evaluation/evidence/grouped-split.ts';
import { completeRows, type OutcomeRow, type Predictions } from '../evaluation/outcome-table.ts';
import type { Dial } from '../learned/choice.ts';
import type { Decide, Embed, Predict, RuleOf, Train } from '../learned/learned-router.ts';
import type { ModelCard } from '../learned/model-card.ts';
import type { TrainingStage } from '../learned/router-artefact.ts';
import { stageOf } from '../learned/train/fit-quality.ts';
import type { LabelledRow, TrainingTable } from '../learned/training-table.ts';
import { outcomeRowsOf } from './training-table-of.ts';

/** The functions of a learned router, handed in so that another one can be judged the same way. */
export interface RouterFunctions {
  readonly train: Train;
  readonly predict: Predict;
  readonly ruleOf: RuleOf;
  readonly decide: Decide;
}

export interface CrossFit {
  readonly functions: RouterFunctions;
  readonly cards: readonly ModelCard[];
  readonly embed?: Embed;
  readonly seed: number;
  readonly dial: Dial;
  readonly folds?: number;
  /** Told after each fold. */
  readonly folded?: (done: number, of: number) => void;
}

/** More rows than these say nothing more about a router, and take long to judge; they are drawn by group. */
const mostJudged = 10_000;

/**
 * Foresees and chooses every row of which all is known by a router that was trained without it and its near-duplicates. The dial is set on what the
 * router was trained on.
 */
export const crossFitRouter = (table: TrainingTable, fit: CrossFit): Omit<Evaluated, 'target'> => {
  const judged = judgedRows(table, String(fit.seed));
  const { rows, labelled, groups } = judged;
  const foldCount = Math.min(fit.folds ?? 5, new Set(groups).size);
  const folds = groupedFolds(groups, { folds: foldCount, seed: String(fit.seed) });
  const quality: ArrayLike<number>[] = [];
  const cost: ArrayLike<number>[] = [];
  const choices = new Int32Array(rows.length);
  const stage = stageOf(table.rows.length);
  for (let fold = 0; fold < foldCount; fold++) {
    const training = labelled.filter((_, index) => folds[index] !== fold);
    const router = fittedRouter({ models: table.models, rows: training }, { ...fit, stage });
    labelled.forEach((row, index) => {
      if (folds[index] !== fold) return;
      const answer = router(row);
      quality[index] = answer.quality;
      cost[index] = answer.cost;
      choices[index] = answer.choice;
    });
    fit.folded?.(fold + 1, foldCount);
  }
  const predicted: Predictions = { quality, cost };
  const { models } = table;
  return { models, rows, leftOut: judged.leftOut, groups, folds, predicted, choices, seed: String(fit.seed) };
};

interface Judged {
  readonly rows: readonly OutcomeRow[];
  readonly labelled: readonly LabelledRow[];
  readonly groups: Int32Array;
  readonly leftOut: number;
}

const judgedRows = (table: TrainingTable, seed: string): Judged => {
  const outcomes = outcomeRowsOf(table);
  const complete = new Set(completeRows({ models: table.models, rows: outcomes }));
  const kept = outcomes.map((row, index) => ({ row, index })).filter(({ row }) => complete.has(row));
  const allGroups = groupsOf(kept.map(({ row }) => row.prompt));
  const shares = Math.max(1, Math.ceil(kept.length / mostJudged));
  const drawn = groupedFolds(allGroups, { folds: shares, seed });
  const chosen = kept.map((one, at) => ({ ...one, group: allGroups[at] ?? at })).filter((_, at) => drawn[at] === 0);
  return {
    rows: chosen.map(({ row }) => row),
    labelled: chosen.flatMap(({ index }) => table.rows[index] ?? []),
    groups: Int32Array.from(chosen, ({ group }) => group),
    leftOut: outcomes.length - chosen.length,
  };
};

interface Answer {
  readonly quality: Float64Array;
  readonly cost: Float64Array;
  readonly choice: number;
}

const fittedRouter = (
  table: TrainingTable,
  fit: CrossFit & { readonly stage: TrainingStage },
): ((row: LabelledRow) => Answer) => {
  const { train, predict, decide } = fit.functions;
  const { cards, seed, embed, stage } = fit;
  const embedding = embed === undefined ? {} : { embed };
  const artefact = train(table, { seed, cards, stage, ...embedding });
  const pool = table.models.map((id) => cards.find((card) => card.id === id) ?? { id });
  const rule = fit.functions.ruleOf(fit.dial, pool, artefact);
  return ({ facts }) => {
    const prediction = predict({ facts, ...embedding }, pool, artefact);
    const decision = decide(prediction, rule);
    return {
      quality: Float64Array.from(prediction.models, (model) => model.quality),
      cost: Float64Array.from(prediction.models, (model) => (Number.isFinite(model.cost) ? model.cost : 0)),
      choice: Math.max(0, table.models.indexOf(decision.model ?? '')),
    };
  };
};
