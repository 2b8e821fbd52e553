import { demandWeights } from './shipped-demand.ts';

/** Bends the logarithm of demand towards so much on either side: a query unlike the tables' must not swamp public measures. */
const mostShift = 1.2;

/** How many times the usual difference between strong and weak models a query makes: 1 is usual. */
export const demandOf = (weights: Float32Array, features: Float32Array): number => {
  let sum = 0;
  for (let at = 0; at < weights.length; at += 1) sum += (weights[at] ?? 0) * (features[at] ?? 0);
  return Math.exp(mostShift * Math.tanh(sum / mostShift));
};

/**
 * What is said without any label of one's own: on a demanding query strong candidates lead by more than their public measures say, on an easy one by
 * less. One number for each candidate, to be added to its quality; undefined for features of another make.
 */
export const shippedWord = (features: Float32Array, qualities: readonly number[]): readonly number[] | undefined => {
  if (features.length !== demandWeights.length) return undefined;
  const mean = qualities.reduce((sum, quality) => sum + quality, 0) / Math.max(qualities.length, 1);
  const more = demandOf(demandWeights, features) - 1;
  return qualities.map((quality) => (quality - mean) * more);
};
