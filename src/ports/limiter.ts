import type { ScopeLimit } from '../core/access/scope-limit.ts';
import type { RateAsk, UsedTokens } from '../core/policy/rate-limit/rate-limits.ts';
import type { RateStanding } from '../core/policy/rate-limit/rate-standing.ts';

/** A call that its limits let through. Exactly one of `settle` and `cancel` ends it; later ones change nothing. */
export interface Admission {
  /** How every limit of the call stands now. */
  standings(): readonly RateStanding[];
  /** The call is over. `used` puts the estimate right; undefined leaves it. */
  settle(used: UsedTokens | undefined): void;
  /** It was refused after all and costs no quota. */
  cancel(): void;
}

export interface Limiter {
  /** Takes from all limits or from none. Throws `rate_limited`, which names the limit and says when to come again. */
  admit(limits: readonly ScopeLimit[], ask: RateAsk): Admission;
}
