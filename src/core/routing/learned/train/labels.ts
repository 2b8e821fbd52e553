import type { ModelCard } from '../model-card.ts';
import type { LabelledRow, TrainingTable } from '../training-table.ts';

/** Scores taken apart: how strong each model is, how hard each query, and what is left for a model on a query (its advantage there). */
export interface Labels {
  readonly rows: readonly LabelledRow[];
  /** Labels of each model. */
  readonly counts: readonly number[];
  /** Mean score of each model, drawn towards its prior. */
  readonly strengths: Float64Array;
  /** For each row and model; 0 where nobody measured. */
  readonly advantages: Float64Array;
  /** For each row. */
  readonly difficulties: Float64Array;
}

/** A prior is worth between so many labels. */
const leastPrior = 10;
const mostPrior = 100;
/** Without public measures a model is only known to be like the others. */
const groundlessPrior = 4;

/** Rows without any score are left out. */
export const readLabels = (table: TrainingTable, cards: readonly ModelCard[]): Labels => {
  const rows = table.rows.filter(({ scores }) => scores.some(Number.isFinite));
  const columns = table.models.map((_, model) =>
    rows.map(({ scores }) => scores[model] ?? Number.NaN).filter(Number.isFinite),
  );
  const strengths = drawnToPrior(columns, priorsOf(table.models, cards));
  const means = columns.map((scores, model) => (scores.length > 0 ? mean(scores) : (strengths[model] ?? 0)));
  const models = table.models.length;
  const advantages = new Float64Array(rows.length * models);
  const difficulties = new Float64Array(rows.length);
  for (const [index, { scores }] of rows.entries()) {
    const above = means.map((strength, model) => (scores[model] ?? Number.NaN) - strength);
    const difficulty = mean(above.filter(Number.isFinite));
    difficulties[index] = difficulty;
    for (const [model, value] of above.entries())
      advantages[index * models + model] = Number.isFinite(value) ? value - difficulty : 0;
  }
  return { rows, counts: columns.map((scores) => scores.length), strengths, advantages, difficulties };
};

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const variance = (values: readonly number[], around: number): number =>
  mean(values.map((value) => (value - around) ** 2));

const priorsOf = (models: readonly string[], cards: readonly ModelCard[]): readonly (number | undefined)[] =>
  models.map((model) => cards.find(({ id }) => id === model)?.qualityIndex);

/**
 * Empirical Bayes: the prior weighs the more the better it foretold the means that were measured. Only differences between priors count, since public
 * measures and the table's score have different zeros.
 */
const drawnToPrior = (
  columns: readonly (readonly number[])[],
  priors: readonly (number | undefined)[],
): Float64Array => {
  const measured = columns.map((scores) => (scores.length > 0 ? mean(scores) : Number.NaN));
  const level = mean(measured.filter(Number.isFinite));
  const both = priors.flatMap((prior, model) =>
    prior !== undefined && Number.isFinite(measured[model]) ? [{ prior, model }] : [],
  );
  const shift = mean(both.map(({ prior, model }) => (measured[model] ?? 0) - prior));
  const within = mean(both.map(({ model }) => variance(columns[model] ?? [], measured[model] ?? 0)));
  const miss = mean(
    both.map(({ prior, model }) => {
      const count = columns[model]?.length ?? 1;
      return ((measured[model] ?? 0) - prior - shift) ** 2 - within / count;
    }),
  );
  const worth = miss > 0 ? Math.min(mostPrior, Math.max(leastPrior, within / miss)) : mostPrior;
  return Float64Array.from(columns, (scores, model) => {
    const prior = priors[model];
    const centre = prior === undefined ? level : prior + shift;
    const weight = prior === undefined ? groundlessPrior : worth;
    const sum = scores.reduce((total, score) => total + score, 0);
    return (sum + weight * centre) / (scores.length + weight);
  });
};
