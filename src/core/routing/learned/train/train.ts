import { readArtefact } from '../artefact/read-artefact.ts';
import { writeArtefact } from '../artefact/write-artefact.ts';
import { cueCount, queryFeatures } from '../features/query-features.ts';
import type { Embed, Train } from '../learned-router.ts';
import type { ModelCard } from '../model-card.ts';
import type { CurvePoint, ModelSummary } from '../router-artefact.ts';
import type { LabelledRow, TrainingTable } from '../training-table.ts';
import { fitLength, type LengthFit, lengthFactor } from './fit-length.ts';
import { type FittedRows, fitQuality, type QualityFit, stageOf } from './fit-quality.ts';
import { questionHash } from './fold-of.ts';
import { type Labels, readLabels } from './labels.ts';
import { lambdaGrid, type MeasuredRows, measureCurve } from './measure-curve.ts';

/**
 * Learns from a table which model to take for which query. Runs for seconds, so never on the thread that answers requests. All means and medians come
 * from rows with a score; rows without one are ignored.
 */
export const train: Train = (table, { seed, cards = [], embed, stage: wanted }) => {
  const labels = readLabels(table, cards);
  const fitted = featuresOf(labels.rows, embed);
  const stage = wanted ?? stageOf(labels.rows.length);
  const quality = stage === 'prior' ? undefined : fitQuality(fitted, labels, { seed, stage });
  const length = fitLength(labels.rows, fitted, table.models.length);
  const measured = measuredRows(labels, { fitted, quality, length });
  const models = summaries(table, labels, { cards, length, measured });
  return readArtefact(
    writeArtefact({
      seed,
      labelledRows: labels.rows.length,
      stage,
      models,
      curve: curveOf(models, measured),
      cues: cueCount,
      meaning: fitted.width - cueCount,
      lengthWeights: length.weights,
      ...(quality === undefined ? {} : { learned: quality.learned }),
    }),
  );
};

const featuresOf = (rows: readonly LabelledRow[], embed: Embed | undefined): FittedRows => {
  const [first] = rows;
  const width = first === undefined ? cueCount : queryFeatures(first.facts, embed).length;
  const features = new Float32Array(rows.length * width);
  const questions = new Uint32Array(rows.length);
  for (const [index, { facts }] of rows.entries()) {
    features.set(queryFeatures(facts, embed), index * width);
    questions[index] = questionHash(facts.text);
  }
  return { count: rows.length, width, cues: cueCount, features, questions };
};

interface Fits {
  readonly fitted: FittedRows;
  readonly quality: QualityFit | undefined;
  readonly length: LengthFit;
}

const measuredRows = (labels: Labels, { fitted, quality, length }: Fits): MeasuredRows => {
  const models = labels.strengths.length;
  const size = labels.rows.length * models;
  const measured = {
    count: labels.rows.length,
    models,
    expectedQuality: new Float64Array(size),
    expectedCost: new Float64Array(size),
    scores: new Float64Array(size),
    costs: new Float64Array(size),
  };
  for (const [row, { scores, costs }] of labels.rows.entries()) {
    const start = row * fitted.width;
    const factor = lengthFactor(length.weights, fitted.features.subarray(start, start + fitted.cues));
    for (let model = 0; model < models; model += 1) {
      const at = row * models + model;
      const difficulty = quality?.heldOutDifficulty[row] ?? 0;
      measured.expectedQuality[at] = (labels.strengths[model] ?? 0) + difficulty + (quality?.heldOut[at] ?? 0);
      const mean = length.costs[model] ?? Number.NaN;
      measured.expectedCost[at] = Number.isFinite(mean) ? mean * factor : 0;
      measured.scores[at] = scores[model] ?? Number.NaN;
      measured.costs[at] = costs?.[model] ?? Number.NaN;
    }
  }
  return measured;
};

const summaries = (
  { models }: TrainingTable,
  labels: Labels,
  given: { readonly cards: readonly ModelCard[]; readonly length: LengthFit; readonly measured: MeasuredRows },
): readonly ModelSummary[] =>
  models.map((model, index) => ({
    model,
    labels: labels.counts[index] ?? 0,
    quality: labels.strengths[index] ?? 0,
    scatter: scatterOf(given.measured, index),
    cost: given.length.costs[index] ?? Number.NaN,
    outputTokens: given.length.outputTokens[index] ?? Number.NaN,
    qualityIndex: given.cards.find(({ id }) => id === model)?.qualityIndex ?? Number.NaN,
  }));

const scatterOf = ({ count, models, expectedQuality, scores }: MeasuredRows, model: number): number => {
  let squares = 0;
  let counted = 0;
  for (let row = 0; row < count; row += 1) {
    const miss = (scores[row * models + model] ?? Number.NaN) - (expectedQuality[row * models + model] ?? 0);
    if (!Number.isFinite(miss)) continue;
    squares += miss * miss;
    counted += 1;
  }
  // One observation at the extremes: a model with one or two labels is not known to be even.
  return Math.sqrt((squares + 0.25) / (counted + 1));
};

const curveOf = (models: readonly ModelSummary[], measured: MeasuredRows): readonly CurvePoint[] =>
  measured.count === 0 ? [] : measureCurve(measured, lambdaGrid(tieOf(models)));

/** What a point of quality costs from the cheapest to the dearest model; a cent where that cannot be told. */
const tieOf = (models: readonly ModelSummary[]): number => {
  const costs = models.map(({ cost }) => cost).filter((cost) => cost > 0);
  const qualities = models.map(({ quality }) => quality);
  const spread = Math.max(...costs) - Math.min(...costs);
  const gap = Math.max(...qualities) - Math.min(...qualities);
  return Number.isFinite(spread) && spread > 0 ? spread / Math.max(gap, 0.02) : 0.01;
};
