import { Dice } from '../../dice.ts';

/** A figure with the range in which it would come out nineteen times of twenty, were other queries of the same kind asked. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Drawing {
  readonly draws: number;
  readonly seed: string;
  /** The share of draws inside of the interval; 0.95 when left out. */
  readonly level?: number;
}

/**
 * Percentile bootstrap of several figures at once. Whole groups are drawn, for rows of one group tell the same thing twice. `figures` is given how often
 * each row was drawn, and answers the figures in one order; draws in which a figure is not a number do not count for it.
 */
export const bootstrap = (
  groups: Int32Array,
  figures: (weights: Float64Array | undefined) => readonly number[],
  drawing: Drawing,
): readonly Interval[] => {
  const values = figures(undefined);
  const drawn = drawsOf(groups, figures, drawing);
  const outside = (1 - (drawing.level ?? 0.95)) / 2;
  return values.map((value, index) => {
    const sorted = Float64Array.from(drawn.map((one) => one[index] ?? Number.NaN).filter(Number.isFinite)).toSorted();
    return { value, low: quantile(sorted, outside), high: quantile(sorted, 1 - outside) };
  });
};

const drawsOf = (
  groups: Int32Array,
  figures: (weights: Float64Array) => readonly number[],
  { draws, seed }: Drawing,
): readonly (readonly number[])[] => {
  const dice = new Dice(seed);
  const numbers = [...new Set(groups)];
  const places = new Map(numbers.map((group, place) => [group, place]));
  const placeOfRow = groups.map((group) => places.get(group) ?? 0);
  return Array.from({ length: draws }, () => {
    const counts = new Float64Array(numbers.length);
    for (let drawn = 0; drawn < numbers.length; drawn++) {
      const place = Math.floor(dice.next() * numbers.length);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    return figures(Float64Array.from(placeOfRow, (place) => counts[place] ?? 0));
  });
};

/** Between the two nearest values. NaN of none. */
export const quantile = (sorted: Float64Array, share: number): number => {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return below + (above - below) * (at - Math.floor(at));
};
