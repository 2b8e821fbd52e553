/**
 * Long work of the store thread, in slices of well under a millisecond: it yields how many bytes are left to read, and the thread rests a little
 * before it goes on, so that a request thread on the same core is not held up.
 */
export type Slices<Result> = Generator<number, Result, undefined>;

/** Does all that is left at once. */
export const runOut = <Result>(slices: Slices<Result>): Result => {
  for (;;) {
    const step = slices.next();
    if (step.done === true) return step.value;
  }
};

/** So many bytes are far enough behind that the store takes less rest, and none: it must not fall behind for good. */
const manyLeftBytes = 2_000_000;
const tooManyLeftBytes = 8_000_000;

/** How long the thread rests when so many bytes are left. */
export const restMs = (leftBytes: number): number => {
  if (leftBytes > tooManyLeftBytes) return 0;
  return leftBytes > manyLeftBytes ? 1 : 2;
};

export const isSlices = (value: unknown): value is Slices<unknown> =>
  typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'function';
