/** Replaces the lower half of a symmetric positive matrix (row after row) by its Cholesky factor. */
export const factorise = (matrix: Float64Array, size: number): Float64Array => {
  for (let column = 0; column < size; column += 1) {
    const at = column * size;
    let rest = matrix[at + column] ?? 0;
    for (let inner = 0; inner < column; inner += 1) rest -= (matrix[at + inner] ?? 0) ** 2;
    const diagonal = Math.sqrt(Math.max(rest, 1e-12));
    matrix[at + column] = diagonal;
    for (let row = column + 1; row < size; row += 1) {
      const from = row * size;
      let sum = matrix[from + column] ?? 0;
      for (let inner = 0; inner < column; inner += 1) sum -= (matrix[from + inner] ?? 0) * (matrix[at + inner] ?? 0);
      matrix[from + column] = sum / diagonal;
    }
  }
  return matrix;
};

/** Solves `factor × factorᵀ × x = right` in place. */
export const solveFactorised = (factor: Float64Array, size: number, right: Float64Array): Float64Array => {
  for (let row = 0; row < size; row += 1) {
    let sum = right[row] ?? 0;
    for (let inner = 0; inner < row; inner += 1) sum -= (factor[row * size + inner] ?? 0) * (right[inner] ?? 0);
    right[row] = sum / (factor[row * size + row] ?? 1);
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = right[row] ?? 0;
    for (let inner = row + 1; inner < size; inner += 1) sum -= (factor[inner * size + row] ?? 0) * (right[inner] ?? 0);
    right[row] = sum / (factor[row * size + row] ?? 1);
  }
  return right;
};
