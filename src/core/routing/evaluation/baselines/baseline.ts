import type { OutcomeRow, Predictions } from '../outcome-table.ts';

/** What is foreseen for one query, in the order of the models. */
export interface Foreseen {
  readonly quality: ArrayLike<number>;
  readonly cost: ArrayLike<number>;
}

/** Something that learns from rows and then foresees from a prompt alone. */
export type Learner = (rows: readonly OutcomeRow[], models: number) => (prompt: string) => Foreseen;

/** Foresees each row with what was learned on the other folds. */
export const crossFitted = (
  learner: Learner,
  {
    rows,
    models,
    folds,
  }: { readonly rows: readonly OutcomeRow[]; readonly models: number; readonly folds: Int32Array },
): Predictions => {
  const found: Foreseen[] = [];
  for (const fold of new Set(folds)) {
    const foresee = learner(
      rows.filter((_, index) => folds[index] !== fold),
      models,
    );
    rows.forEach((row, index) => {
      if (folds[index] === fold) found[index] = foresee(row.prompt);
    });
  }
  return { quality: found.map(({ quality }) => quality), cost: found.map(({ cost }) => cost) };
};
