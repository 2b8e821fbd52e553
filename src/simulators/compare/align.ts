/** `key` is equal for equal items; items of one `sort` may stand for each other when nothing equal is there. */
export interface AlignedItem {
  readonly path: string;
  readonly sort: string;
  readonly key: string;
}

type Pair<T> = readonly [T | undefined, T | undefined];

/**
 * Pairs two lists in order. Lists of the same sorts pair place by place, since three alike items of which two lost a member must not be shifted;
 * others pair equal items first (longest common subsequence), then what lies between them by sort.
 */
export const align = <T extends AlignedItem>(a: readonly T[], b: readonly T[]): readonly Pair<T>[] => {
  if (a.length === b.length && a.every((item, place) => item.sort === b[place]?.sort)) {
    return a.map((item, place): Pair<T> => [item, b[place]]);
  }
  const pairs: Pair<T>[] = [];
  let [fromA, fromB] = [0, 0];
  for (const [atA, atB] of [...commonPlaces(a, b), [a.length, b.length] as const]) {
    pairs.push(...pairBySort(a.slice(fromA, atA), b.slice(fromB, atB)));
    if (atA < a.length && atB < b.length) pairs.push([a[atA], b[atB]]);
    [fromA, fromB] = [atA + 1, atB + 1];
  }
  return pairs;
};

const pairBySort = <T extends AlignedItem>(a: readonly T[], b: readonly T[]): readonly Pair<T>[] => {
  const left = [...b];
  const pairs = a.map((item): Pair<T> => {
    const place = left.findIndex((other) => other.sort === item.sort);
    return [item, place < 0 ? undefined : left.splice(place, 1)[0]];
  });
  return [...pairs, ...left.map((item): Pair<T> => [undefined, item])];
};

/** The places of a longest common subsequence. */
const commonPlaces = (a: readonly AlignedItem[], b: readonly AlignedItem[]): readonly (readonly [number, number])[] => {
  const lengths = a.map(() => new Uint32Array(b.length + 1));
  lengths.push(new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const skipped = Math.max(lengths[i + 1]?.[j] ?? 0, lengths[i]?.[j + 1] ?? 0);
      const row = lengths[i];
      if (row !== undefined) row[j] = a[i]?.key === b[j]?.key ? 1 + (lengths[i + 1]?.[j + 1] ?? 0) : skipped;
    }
  }
  const places: (readonly [number, number])[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i]?.key === b[j]?.key) {
      places.push([i, j]);
      [i, j] = [i + 1, j + 1];
    } else if ((lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0)) i++;
    else j++;
  }
  return places;
};
