import { say } from '../proof/finish.ts';
import { runLeases } from './lease-run.ts';

/**
 * Many histories of nodes that share budgets by leases: messages that are late, lost or come twice, nodes that pause, are cut off, die and come back or not,
 * a database that goes away, skewed clocks, limits that change and windows that end.
 */
export const leaseHistories = (firstSeed: number, seeds: number) => {
  const found = { histories: 0, calls: 0, violations: 0, replayDiff: 0 };
  const failed: number[] = [];
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const options = { seed, expires: seed % 2 === 1 };
    const { violations, counts } = runLeases(options);
    found.histories++;
    found.calls += counts.settled;
    found.violations += violations.length;
    if (violations.length > 0) {
      failed.push(seed);
      if (failed.length <= 5) say(`leases, seed ${seed}: ${violations.slice(0, 3).join('; ')}`);
    }
    // Every tenth is led twice: a failure must be the same each time.
    if (seed % 10 === 0 && JSON.stringify(runLeases(options).counts) !== JSON.stringify(counts)) found.replayDiff++;
  }
  return { ...found, failed: failed.slice(0, 10) };
};
