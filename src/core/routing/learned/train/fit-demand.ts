import { cueCount, queryFeatures } from '../features/query-features.ts';
import type { Embed } from '../learned-router.ts';
import { evenPenalty, FoldedRidge } from '../linear/folded-ridge.ts';
import type { LabelledRow, TrainingTable } from '../training-table.ts';

const alpha = 1000;

/**
 * Weights of the shipped word on how demanding a query is, from tables of public labels. Within each table the models of the best third are set
 * against those of the worst third; tables are centred, so that only differences inside a table teach. What is foretold is the sum of the gap between
 * the two and of how often all fail, against the mean gap.
 */
export const fitDemand = (tables: readonly TrainingTable[], embed: Embed): Float32Array => {
  const width = cueCount + embed('').length;
  const ridge = new FoldedRidge({ width, outputs: 1, folds: 1 });
  let gaps = 0;
  let rows = 0;
  for (const table of tables) {
    const examples = examplesOf(table, embed);
    const features = meanFeatures(examples, width);
    const target = mean(examples.map((example) => example.target));
    for (const example of examples) {
      gaps += example.gap;
      rows += 1;
      ridge.add(
        0,
        example.features.map((value, at) => value - (features[at] ?? 0)),
        [example.target - target],
      );
    }
  }
  const usual = rows > 0 ? gaps / rows : 1;
  const centre = meanFeatures(
    tables.flatMap((table) => examplesOf(table, embed)),
    width,
  );
  const weights = Float32Array.from(ridge.solve(evenPenalty(alpha)), (weight) => weight / usual);
  // The constant cue takes up what the usual query would be told.
  let offset = 0;
  for (let at = 1; at < width; at += 1) offset += (weights[at] ?? 0) * (centre[at] ?? 0);
  weights[0] = -offset;
  return weights;
};

interface Example {
  readonly features: Float32Array;
  readonly gap: number;
  readonly target: number;
}

const examplesOf = ({ models, rows }: TrainingTable, embed: Embed): readonly Example[] => {
  const means = models.map((_, model) =>
    mean(rows.map(({ scores }) => scores[model] ?? Number.NaN).filter(Number.isFinite)),
  );
  const order = models.map((_, model) => model).sort((one, other) => (means[other] ?? 0) - (means[one] ?? 0));
  const third = Math.max(1, Math.floor(models.length / 3));
  const strong = order.slice(0, third);
  const weak = order.slice(-third);
  return rows.map((row): Example => {
    const gap = meanScore(row, strong) - meanScore(row, weak);
    return { features: queryFeatures(row.facts, embed), gap, target: gap - meanScore(row, order) };
  });
};

const meanScore = ({ scores }: LabelledRow, models: readonly number[]): number =>
  mean(models.map((model) => scores[model] ?? Number.NaN).filter(Number.isFinite));

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const meanFeatures = (examples: readonly Example[], width: number): Float64Array => {
  const sum = new Float64Array(width);
  for (const { features } of examples)
    for (let at = 0; at < width; at += 1) sum[at] = (sum[at] ?? 0) + (features[at] ?? 0) / examples.length;
  return sum;
};
