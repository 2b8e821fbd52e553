import { cell } from '../outcome-table.ts';
import type { Learner } from './baseline.ts';
import { meansOf } from './mean-learner.ts';
import { type WordVector, WordVectors } from './word-vectors.ts';

/** The k nearest prompts by the cosine of their words, all counting alike: the plain method that fancier ones have to beat. */
export const neighbourLearner =
  (nearest: number): Learner =>
  (rows, models) => {
    const vectors = new WordVectors(rows.map(({ prompt }) => prompt));
    const index = indexOf(rows.map(({ prompt }) => vectors.vector(prompt)));
    const whole = meansOf(rows, models);
    return (prompt) => {
      const found = nearestRows(index, vectors.vector(prompt), { count: rows.length, nearest });
      return found.length === 0
        ? whole
        : meansOf(
            found.flatMap((at) => rows[at] ?? []),
            models,
          );
    };
  };

/** For each bucket the rows that have it, with their weights. */
type Inverted = ReadonlyMap<number, { readonly rows: number[]; readonly weights: number[] }>;

const indexOf = (vectors: readonly WordVector[]): Inverted => {
  const lists = new Map<number, { rows: number[]; weights: number[] }>();
  vectors.forEach(({ buckets, weights }, row) => {
    buckets.forEach((bucket, at) => {
      const list = lists.get(bucket) ?? { rows: [], weights: [] };
      lists.set(bucket, list);
      list.rows.push(row);
      list.weights.push(cell(weights, at));
    });
  });
  return lists;
};

const nearestRows = (
  index: Inverted,
  { buckets, weights }: WordVector,
  { count, nearest }: { readonly count: number; readonly nearest: number },
): readonly number[] => {
  const likeness = new Float32Array(count);
  buckets.forEach((bucket, at) => {
    const list = index.get(bucket);
    const weight = cell(weights, at);
    list?.rows.forEach((row, place) => {
      likeness[row] = cell(likeness, row) + weight * cell(list.weights, place);
    });
  });
  const order = Uint32Array.from(likeness, (_, row) => row).toSorted(
    (one, other) => cell(likeness, other) - cell(likeness, one) || one - other,
  );
  return Array.from(order.subarray(0, nearest)).filter((row) => cell(likeness, row) > 0);
};
