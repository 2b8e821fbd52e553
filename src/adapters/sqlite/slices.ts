/**
 * Long work of the store thread, in slices of well under a millisecond: it yields how many records are left, and the thread rests a little
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

/** So many records are far enough behind that the store takes less rest, and none. */
const manyLeft = 1000;
const tooManyLeft = 20_000;

/** How long the thread rests when so many records are left. */
export const restMs = (left: number): number => {
  if (left > tooManyLeft) return 0;
  return left > manyLeft ? 1 : 2;
};

export const isSlices = (value: unknown): value is Slices<unknown> =>
  typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'function';
