import { type Pace, type Percentiles, percentileNames } from './health/pace.ts';

export type Cutoffs = Partial<Percentiles>;

/** How fast a request would like its target to be. Latency is in seconds until an answer begins, throughput in tokens a second. */
export interface PreferredPace {
  readonly maxLatency?: Cutoffs;
  readonly minThroughput?: Cutoffs;
}

/** Whether a target is known to be slower than what is wanted. What was never measured is not: it is tried, or it would never be. */
export const isTooSlow = (pace: Pace | undefined, { maxLatency = {}, minThroughput = {} }: PreferredPace): boolean => {
  const { latencySeconds, tokensPerSecond } = pace ?? {};
  return percentileNames.some((name) => {
    const [most, least] = [maxLatency[name], minThroughput[name]];
    const late = most !== undefined && latencySeconds !== undefined && latencySeconds[name] > most;
    const slow = least !== undefined && tokensPerSecond !== undefined && tokensPerSecond[name] < least;
    return late || slow;
  });
};
