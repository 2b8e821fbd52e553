import { groupedFolds, groupsOf } from '../../src/core/routing/evaluation/evidence/grouped-split.ts';
import type { LabelledRow } from '../../src/core/routing/learned/training-table.ts';
import type { Table } from './tables.ts';

/** One way to train on some rows and test on others, that share no near-duplicates. */
export interface Split {
  readonly training: readonly LabelledRow[];
  /** Places in `rows` of the tested table. */
  readonly tested: readonly number[];
}

export interface Tested {
  readonly table: Table;
  readonly groups: Int32Array;
  readonly splits: readonly Split[];
}

/** Five folds of a table, or all of another folder's table of that name against this one. */
export const splitsOf = (table: Table, other: Table | undefined, seed: number): Tested => {
  if (other !== undefined) return acrossFolders(table, other);
  const groups = groupsOf(table.rows.map(({ facts }) => facts.text));
  const folds = groupedFolds(groups, { folds: 5, seed: String(seed) });
  const numbers = [...new Set(folds)].toSorted();
  return {
    table,
    groups,
    splits: numbers.map((fold) => ({
      training: table.rows.filter((_, index) => folds[index] !== fold),
      tested: table.rows.flatMap((_, index) => (folds[index] === fold ? [index] : [])),
    })),
  };
};

/** What stands in both folders is tested and not learned. */
const acrossFolders = (table: Table, other: Table): Tested => {
  const all = groupsOf([...table.rows, ...other.rows].map(({ facts }) => facts.text));
  const groups = all.slice(0, table.rows.length);
  const tested = new Set(groups);
  const places = table.models.map((model) => other.models.indexOf(model));
  const take = (values: readonly number[] | undefined): readonly number[] =>
    places.map((place) => values?.[place] ?? Number.NaN);
  const training = other.rows
    .filter((_, index) => !tested.has(all[table.rows.length + index] ?? -1))
    .map((row) => ({
      ...row,
      scores: take(row.scores),
      ...(row.costs === undefined ? {} : { costs: take(row.costs) }),
      ...(row.outputTokens === undefined ? {} : { outputTokens: take(row.outputTokens) }),
    }));
  return { table, groups, splits: [{ training, tested: table.rows.map((_, index) => index) }] };
};
