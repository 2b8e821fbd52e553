import type { LabelledRow, TrainingTable } from '../training-table.ts';

/** Two cheap models of different families, and the one that is asked when they differ; places among the table's models. */
export interface Cascade {
  readonly name: string;
  readonly first: number;
  readonly second: number;
  readonly strong: number;
}

/**
 * A cascade as one more candidate of a table: its score is the first model's where the two agree, else the strong one's; its cost that of every call it
 * makes. Trained on such a table, a router learns for which queries to ask one cheap model, two, or the strong one at once.
 */
export const withCascade = (
  table: TrainingTable,
  cascade: Cascade,
  agree: (row: LabelledRow) => boolean,
): TrainingTable => ({
  models: [...table.models, cascade.name],
  rows: table.rows.map((row) => {
    const agreed = agree(row);
    const { first, second, strong } = cascade;
    const at = (values: readonly number[] | undefined, model: number): number => values?.[model] ?? Number.NaN;
    const calls = agreed ? [first, second] : [first, second, strong];
    const total = (values: readonly number[]): readonly number[] => [
      ...values,
      calls.reduce((sum, model) => sum + at(values, model), 0),
    ];
    return {
      ...row,
      scores: [...row.scores, at(row.scores, agreed ? first : strong)],
      ...(row.costs === undefined ? {} : { costs: total(row.costs) }),
      ...(row.outputTokens === undefined ? {} : { outputTokens: total(row.outputTokens) }),
    };
  }),
});
