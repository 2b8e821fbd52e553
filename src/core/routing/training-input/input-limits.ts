/** How much of a file of training rows is read. What goes beyond is an error, never a silent cut. */
export interface InputLimits {
  readonly bytes: number;
  readonly rows: number;
  readonly columns: number;
  /** A quote that is never closed makes one cell of all that follows. */
  readonly cellBytes: number;
}

export const inputLimits: InputLimits = {
  bytes: 2 ** 30,
  rows: 500_000,
  columns: 1000,
  cellBytes: 4 * 1024 * 1024,
};
