import { factorise, solveFactorised } from './cholesky.ts';

/** What is added to the diagonal block of the normal equations: a penalty on the weights. */
export type Penalty = (matrix: Float64Array, size: number) => void;

export const evenPenalty =
  (alpha: number): Penalty =>
  (matrix, size) => {
    for (let at = 0; at < size; at += 1) matrix[at * size + at] = (matrix[at * size + at] ?? 0) + alpha;
  };

/**
 * Ridge regression for many outputs whose sums are kept for each fold, so that weights without one fold need no second pass over the rows. Memory is
 * `folds × width²`.
 */
export class FoldedRidge {
  readonly #width: number;
  readonly #outputs: number;
  readonly #matrices: readonly Float64Array[];
  readonly #rights: readonly Float64Array[];

  constructor(shape: { readonly width: number; readonly outputs: number; readonly folds: number }) {
    this.#width = shape.width;
    this.#outputs = shape.outputs;
    this.#matrices = Array.from({ length: shape.folds }, () => new Float64Array(shape.width ** 2));
    this.#rights = Array.from({ length: shape.folds }, () => new Float64Array(shape.width * shape.outputs));
  }

  add(fold: number, features: ArrayLike<number>, targets: ArrayLike<number>): void {
    const matrix = this.#matrices[fold];
    const right = this.#rights[fold];
    if (matrix === undefined || right === undefined) return;
    const width = this.#width;
    for (let row = 0; row < width; row += 1) {
      const value = features[row] ?? 0;
      if (value === 0) continue;
      const from = row * width;
      for (let column = 0; column <= row; column += 1)
        matrix[from + column] = (matrix[from + column] ?? 0) + value * (features[column] ?? 0);
      for (let output = 0; output < this.#outputs; output += 1)
        right[output * width + row] = (right[output * width + row] ?? 0) + value * (targets[output] ?? 0);
    }
  }

  /** Weights from all folds but one, `width` numbers for each output; from all folds when `without` is undefined. */
  solve(penalty: Penalty, without?: number): Float64Array {
    const width = this.#width;
    const matrix = total(this.#matrices, without);
    penalty(matrix, width);
    factorise(matrix, width);
    const weights = total(this.#rights, without);
    for (let output = 0; output < this.#outputs; output += 1)
      solveFactorised(matrix, width, weights.subarray(output * width, (output + 1) * width));
    return weights;
  }
}

const total = (parts: readonly Float64Array[], without: number | undefined): Float64Array => {
  const sum = new Float64Array(parts[0]?.length ?? 0);
  for (const [index, part] of parts.entries()) {
    if (index === without) continue;
    for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) + (part[at] ?? 0);
  }
  return sum;
};

/** Adds `share × weights × features` to `into`, one number for each output. */
export const addProducts = (
  weights: Float64Array | Float32Array,
  features: ArrayLike<number>,
  { into, share }: { readonly into: Float64Array; readonly share: number },
): void => {
  const width = features.length;
  for (let output = 0; output < into.length; output += 1) {
    let sum = 0;
    const from = output * width;
    for (let at = 0; at < width; at += 1) sum += (weights[from + at] ?? 0) * (features[at] ?? 0);
    into[output] = (into[output] ?? 0) + share * sum;
  }
};
