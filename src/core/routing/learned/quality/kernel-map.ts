import type { Dice } from '../../dice.ts';
import { meaningGain } from '../features/query-features.ts';

/**
 * Likeness of a query to a few hundred remembered ones (landmarks): a smooth nearest-neighbour rule whose cost does not grow with the rows it was
 * trained on. Landmarks are kept as features, never as text.
 */
export interface KernelMap {
  readonly width: number;
  /** `width` numbers for each landmark, already scaled. */
  readonly landmarks: Float32Array;
  readonly squares: Float32Array;
  /** What features are multiplied with, after `centre` was taken off. */
  readonly scale: Float32Array;
  readonly centre: Float32Array;
}

const meaningScale = 1.1 / meaningGain;
const cueScale = 2;
/** No feature counts more than this, however unusual the query. */
const mostOfOne = 1;

interface Rows {
  readonly count: number;
  readonly width: number;
  readonly features: Float32Array;
}

/** Cues are brought to one scale; the vector of meaning has one already. */
export const buildKernelMap = (
  rows: Rows,
  { cues, landmarks, dice }: { readonly cues: number; readonly landmarks: number; readonly dice: Dice },
): KernelMap => {
  const { count, width, features } = rows;
  const centre = new Float32Array(width);
  const scale = new Float32Array(width).fill(meaningScale);
  for (let cue = 0; cue < cues; cue += 1) {
    let sum = 0;
    let squares = 0;
    for (let row = 0; row < count; row += 1) {
      const value = features[row * width + cue] ?? 0;
      sum += value;
      squares += value * value;
    }
    const mean = sum / count;
    centre[cue] = mean;
    scale[cue] = cueScale / Math.sqrt(cues) / Math.sqrt(Math.max(squares / count - mean * mean, 0) + 0.01);
  }
  const empty: KernelMap = { width, landmarks: new Float32Array(0), squares: new Float32Array(0), scale, centre };
  const picked = drawn(count, Math.min(landmarks, count), dice);
  const places = new Float32Array(picked.length * width);
  for (const [index, row] of picked.entries())
    places.set(scaled(empty, features.subarray(row * width, (row + 1) * width)), index * width);
  const squares = Float32Array.from(picked, (_, index) => square(places.subarray(index * width, (index + 1) * width)));
  return { ...empty, landmarks: places, squares };
};

const drawn = (count: number, wanted: number, dice: Dice): readonly number[] => {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let at = 0; at < wanted; at += 1) {
    const other = at + Math.floor(dice.next() * (count - at));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order.slice(0, wanted);
};

const square = (vector: Float32Array): number => {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return sum;
};

const scaled = ({ width, scale, centre }: KernelMap, features: Float32Array): Float32Array => {
  const place = new Float32Array(width);
  for (let at = 0; at < width; at += 1) {
    const value = ((features[at] ?? 0) - (centre[at] ?? 0)) * (scale[at] ?? 0);
    place[at] = Math.max(-mostOfOne, Math.min(mostOfOne, value));
  }
  return place;
};

/** Likeness to each landmark, 0 to 1, and a constant 1 at the end. */
export const likeness = (map: KernelMap, features: Float32Array): Float64Array => {
  const place = scaled(map, features);
  const own = square(place);
  const count = map.squares.length;
  const found = new Float64Array(count + 1);
  for (let landmark = 0; landmark < count; landmark += 1) {
    let sum = 0;
    const from = landmark * map.width;
    for (let at = 0; at < map.width; at += 1) sum += (place[at] ?? 0) * (map.landmarks[from + at] ?? 0);
    found[landmark] = Math.exp(Math.min(0, sum - (own + (map.squares[landmark] ?? 0)) / 2));
  }
  found[count] = 1;
  return found;
};

/** The penalty that belongs to this kernel: functions are to be smooth, not weights small. */
export const kernelPenalty =
  (map: KernelMap, alpha: number) =>
  (matrix: Float64Array, size: number): void => {
    const count = map.squares.length;
    for (let one = 0; one < count; one += 1) {
      for (let other = 0; other <= one; other += 1) {
        let sum = 0;
        for (let at = 0; at < map.width; at += 1)
          sum += (map.landmarks[one * map.width + at] ?? 0) * (map.landmarks[other * map.width + at] ?? 0);
        const alike = Math.exp(Math.min(0, sum - ((map.squares[one] ?? 0) + (map.squares[other] ?? 0)) / 2));
        const place = one * size + other;
        matrix[place] = (matrix[place] ?? 0) + alpha * (one === other ? 1.001 : alike);
      }
    }
    matrix[count * size + count] = (matrix[count * size + count] ?? 0) + 1e-6;
  };
