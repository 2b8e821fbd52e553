/** Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other; case counts as half a step. */
export const editDistance = (from: string, to: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (last[column - 1] ?? 0) + substitutionCost(from[row - 1], to[column - 1]);
      let best = Math.min(replaced, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && swapped) best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
};

const substitutionCost = (one: string | undefined, other: string | undefined): number => {
  if (one === other) return 0;
  return one?.toLowerCase() === other?.toLowerCase() ? 0.5 : 1;
};

/** The `count` known words nearest to `word`, best first; equals keep their order. Long words are cut, so that a hostile name costs little. */
export const nearestWords = (word: string, known: readonly string[], count: number): readonly string[] =>
  known
    .map((candidate) => ({ candidate, distance: editDistance(word.slice(0, 100), candidate) }))
    .sort((one, other) => one.distance - other.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate);
