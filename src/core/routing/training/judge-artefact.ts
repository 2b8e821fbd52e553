import { evaluate } from '../evaluation/evaluate.ts';
import type { EvaluationReport } from '../evaluation/evaluation-report.ts';
import type { RouterArtefact } from '../learned/router-artefact.ts';
import type { ScoredRows } from '../training-input/scored-rows.ts';
import { crossFitRouter } from './cross-fit-router.ts';
import { dialFor, type TrainAndJudge } from './train-and-judge.ts';
import { trainingTableOf } from './training-table-of.ts';

/** Judges a router that was trained elsewhere. The rows must not be those it was trained on: they would flatter it. */
export const judgeArtefact = (
  rows: ScoredRows,
  artefact: RouterArtefact,
  { functions, cards, embed, seed, target }: TrainAndJudge,
): EvaluationReport => {
  const table = trainingTableOf(rows, cards);
  const fitted = crossFitRouter(table, {
    functions: { ...functions, train: () => artefact },
    cards,
    ...(embed === undefined ? {} : { embed }),
    seed,
    dial: dialFor(table, target),
  });
  return evaluate({ ...fitted, target: target ?? 1 });
};
