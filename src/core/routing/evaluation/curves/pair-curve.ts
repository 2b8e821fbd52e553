/** What a weak and a strong model scored on one query, and how much a router wants the strong one there. */
export interface PairRow {
  readonly weak: number;
  readonly strong: number;
  readonly wish: number;
}

/** RouteLLM's measures of a router between two models (arXiv 2406.18665). Shares are in [0, 1]; a router that draws lots has an APGR of 0.5. */
export interface PairMeasures {
  readonly weak: number;
  readonly strong: number;
  /** Mean share of the gap between the two that is recovered, over all budgets of calls to the strong one. */
  readonly apgr: number;
  /** Least share of calls to the strong one that recovers half of the gap. */
  readonly cpt50: number;
  readonly cpt80: number;
  /** Least share of calls to the strong one that keeps 95 % of its quality. */
  readonly strongShareFor95: number;
}

/**
 * Rows are given to the strong model in the order of the wish; those of equal wish together, as if drawn by lot. Undefined when the models are equally
 * good, or the weak one is better: then there is no gap.
 */
export const pairMeasures = (
  rows: readonly PairRow[],
  weights: ArrayLike<number> | undefined = undefined,
): PairMeasures | undefined => {
  const order = rows.map((_, index) => index).toSorted((one, other) => wishAt(rows, other) - wishAt(rows, one));
  return pairMeasuresInOrder(rows, order, weights);
};

/** For many draws of weights: the order does not depend on them. */
export const pairMeasuresInOrder = (
  rows: readonly PairRow[],
  order: readonly number[],
  weights: ArrayLike<number> | undefined,
): PairMeasures | undefined => {
  const steps = stepsOf(rows, order, weights);
  const total = steps.reduce((sum, { count }) => sum + count, 0);
  const weak = rows.reduce((sum, row, index) => sum + row.weak * (weights?.[index] ?? 1), 0) / total;
  const gap = steps.reduce((sum, { gain }) => sum + gain, 0) / total;
  if (!(gap > 0)) return undefined;
  const curve = recoveredBy(steps, total * gap);
  return {
    weak,
    strong: weak + gap,
    apgr: areaOf(curve, total),
    cpt50: shareFor(curve, total, 0.5),
    cpt80: shareFor(curve, total, 0.8),
    strongShareFor95: shareFor(curve, total, (0.95 * (weak + gap) - weak) / gap),
  };
};

const wishAt = (rows: readonly PairRow[], index: number): number => rows[index]?.wish ?? Number.NEGATIVE_INFINITY;

interface Step {
  readonly count: number;
  readonly gain: number;
}

/** Rows of one wish make one step. */
const stepsOf = (
  rows: readonly PairRow[],
  order: readonly number[],
  weights: ArrayLike<number> | undefined,
): readonly Step[] => {
  const steps: { count: number; gain: number }[] = [];
  let wish = Number.NaN;
  for (const index of order) {
    const row = rows[index];
    const weight = weights?.[index] ?? 1;
    if (row === undefined || weight === 0) continue;
    const last = steps.at(-1);
    const gain = weight * (row.strong - row.weak);
    if (last !== undefined && row.wish === wish) {
      last.count += weight;
      last.gain += gain;
    } else steps.push({ count: weight, gain });
    wish = row.wish;
  }
  return steps;
};

interface Recovered {
  readonly calls: number;
  readonly share: number;
}

const recoveredBy = (steps: readonly Step[], whole: number): readonly Recovered[] => {
  let [calls, gained] = [0, 0];
  const curve: Recovered[] = [{ calls, share: 0 }];
  for (const { count, gain } of steps) {
    calls += count;
    gained += gain;
    curve.push({ calls, share: gained / whole });
  }
  return curve;
};

const areaOf = (curve: readonly Recovered[], total: number): number =>
  curve.reduce((area, { calls, share }, index) => {
    const before = curve[index - 1];
    return before === undefined ? area : area + (((before.share + share) / 2) * (calls - before.calls)) / total;
  }, 0);

/** The first share of calls at which that much is recovered. */
const shareFor = (curve: readonly Recovered[], total: number, wanted: number): number => {
  const index = curve.findIndex(({ share }) => share >= wanted);
  const [before, after] = [curve[index - 1], curve[index]];
  if (after === undefined) return 1;
  if (before === undefined) return 0;
  const within = (wanted - before.share) / (after.share - before.share);
  return (before.calls + within * (after.calls - before.calls)) / total;
};
