import type { FailureClass } from '../../errors/failure-class.ts';
import type { BreakerRule } from './breaker.ts';

const faults: BreakerRule = { failures: 3, inARow: 5, windowMs: 10_000, openMs: 2000, longestMs: 20_000 };

/** What one answer is enough to know; asked again now and then, since keys and allowances are renewed. */
const settled: BreakerRule = { failures: 1, inARow: 1, windowMs: 10_000, openMs: 10_000, longestMs: 30_000 };

/** A breaker for each kind of failure, so that one kind does not hide another. Kinds that are not here tell nothing about a target's health. */
export const breakerRules: Readonly<Partial<Record<FailureClass, BreakerRule>>> = {
  transient: faults,
  timeout: faults,
  'bad-response': faults,
  // A provider that names no time is left alone for a moment; one that does, for as long as it says, up to ten minutes.
  'rate-limit': { failures: 1, inARow: 1, windowMs: 1000, openMs: 1000, longestMs: 600_000 },
  quota: settled,
  credential: settled,
  'model-access': settled,
  'model-gone': settled,
  region: settled,
};
