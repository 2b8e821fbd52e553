import { evaluate } from '../evaluation/evaluate.ts';
import type { EvaluationReport } from '../evaluation/evaluation-report.ts';
import type { Dial } from '../learned/choice.ts';
import type { Embed } from '../learned/learned-router.ts';
import type { ModelCard } from '../learned/model-card.ts';
import type { RouterArtefact } from '../learned/router-artefact.ts';
import type { TrainingTable } from '../learned/training-table.ts';
import type { ScoredRows } from '../training-input/scored-rows.ts';
import { crossFitRouter, type RouterFunctions } from './cross-fit-router.ts';
import { trainingTableOf } from './training-table-of.ts';

export interface TrainAndJudge {
  readonly functions: RouterFunctions;
  readonly cards: readonly ModelCard[];
  readonly embed?: Embed | undefined;
  readonly seed: number;
  /** Share of the best single model's quality the router is to run at; absent: as good as it can. */
  readonly target?: number | undefined;
  /** Told the share that is done. */
  readonly progress?: (share: number) => void;
}

/** Trains a router on all rows, and judges what is trained in that way on rows it has not seen. */
export const trainAndJudge = (
  rows: ScoredRows,
  { functions, cards, embed, seed, target, progress }: TrainAndJudge,
): { readonly artefact: RouterArtefact; readonly report: EvaluationReport } => {
  const table = trainingTableOf(rows, cards);
  const embedding = embed === undefined ? {} : { embed };
  const artefact = functions.train(table, { seed, cards, ...embedding });
  progress?.(0.2);
  const fitted = crossFitRouter(table, {
    functions,
    cards,
    ...embedding,
    seed,
    dial: dialFor(table, target),
    folded: (done, of) => progress?.(0.2 + (0.6 * done) / of),
  });
  const report = evaluate({ ...fitted, target: target ?? 1 });
  return { artefact, report };
};

/** Where no cost is known there is nothing to be saved, so quality alone counts. */
export const dialFor = ({ rows }: TrainingTable, target: number | undefined): Dial =>
  target === undefined || rows.every(({ costs }) => costs === undefined)
    ? { kind: 'rule', rule: { lambda: Number.POSITIVE_INFINITY } }
    : { kind: 'quality', target };
