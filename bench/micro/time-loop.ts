/** One function under the glass. `run` does `work` units (chunks, bodies) and returns something, so that the work cannot be dropped. */
export interface Specimen {
  readonly name: string;
  /** What the time is a multiple of. */
  readonly yardstick: string;
  readonly work: number;
  run(): unknown;
}

export interface Timing {
  readonly medianNs: number;
  readonly bestNs: number;
}

const batchMs = 4;
const batches = 40;

let sink: unknown;

/** Nanoseconds per unit of work: batches long enough for the clock, the median and the best of many. */
export const timeOf = (specimen: Specimen): Timing => {
  const repeats = repeatsFor(specimen);
  const samples = Array.from({ length: batches }, () => batchNs(specimen, repeats) / (repeats * specimen.work));
  samples.sort((a, b) => a - b);
  return { medianNs: samples[batches >> 1] ?? 0, bestNs: samples[0] ?? 0 };
};

/** Warms up on the way: doubles until a batch is long enough. */
const repeatsFor = (specimen: Specimen): number => {
  let repeats = 8;
  while (batchNs(specimen, repeats) < batchMs * 1e6) repeats *= 2;
  return repeats;
};

const batchNs = (specimen: Specimen, repeats: number): number => {
  const begun = Bun.nanoseconds();
  for (let at = 0; at < repeats; at++) sink = specimen.run();
  return Bun.nanoseconds() - begun;
};

/** What the last call returned. Reading it keeps the calls alive. */
export const lastResult = (): unknown => sink;
