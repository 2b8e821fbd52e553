import type { FailureClass } from '../../errors/failure-class.ts';
import type { BreakerSetting } from '../route.ts';
import type { BreakerRule } from './breaker.ts';

const faults: BreakerRule = { failures: 3, inARow: 5, windowMs: 10_000, openMs: 2000, longestMs: 20_000 };

/** What one answer is enough to know; asked again now and then, since keys and allowances are renewed. */
const settled: BreakerRule = { failures: 1, inARow: 1, windowMs: 10_000, openMs: 10_000, longestMs: 30_000 };

/** A breaker for each kind of failure, so that one kind does not hide another. Kinds that are not here tell nothing about a target's health. */
const breakerRules: Readonly<Partial<Record<FailureClass, BreakerRule>>> = {
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

const minuteMs = 60_000;

/** The rule for a kind of failure; a route may count otherwise, and say for how long. Undefined when such failures open nothing. */
export const ruleFor = (kind: FailureClass, setting: BreakerSetting | undefined): BreakerRule | undefined => {
  const usual = breakerRules[kind];
  if (setting === undefined) return usual;
  const { allowedFailures, allowedByClass, openMs = usual?.openMs ?? faults.openMs } = setting;
  if (openMs === 0) return undefined;
  const own = allowedByClass?.[kind];
  const allowed = own ?? allowedFailures;
  if (usual === undefined && own === undefined) return undefined;
  const longestMs = Math.max(openMs, usual?.longestMs ?? openMs);
  if (allowed === undefined) return { ...(usual ?? faults), openMs, longestMs };
  const failures = allowed + 1;
  return { failures, inARow: failures, windowMs: minuteMs, openMs, longestMs, whateverElse: true };
};
