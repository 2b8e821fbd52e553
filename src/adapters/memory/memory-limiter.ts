import type { ScopeLimit } from '../../core/access/scope-limit.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import { type RateAsk, RateLimits, type RateRefusal, type RateTime } from '../../core/policy/rate-limit/rate-limits.ts';
import type { RateKind } from '../../core/policy/rate-limit/rate-standing.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Admission, Limiter } from '../../ports/limiter.ts';

/** Rate limits of one process: counters in memory, which begin anew with it. */
export class MemoryLimiter implements Limiter {
  readonly #rates = new RateLimits();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  admit(limits: readonly ScopeLimit[], ask: RateAsk): Admission {
    const answer = this.#rates.pass(limits, ask, this.#time());
    if (answer.kind === 'refused') throw rateLimited(answer);
    return {
      standings: () => answer.standings(this.#time()),
      settle: (used) => answer.settle(used, this.#time()),
      cancel: () => answer.cancel(this.#time()),
    };
  }

  #time(): RateTime {
    return { monotonicMs: this.#clock.monotonicMs(), wallMs: this.#clock.wallMs() };
  }
}

const words: Readonly<Record<RateKind, string>> = {
  requestsPerMinute: 'requests a minute',
  requestsPerDay: 'requests a day',
  tokensPerMinute: 'tokens a minute',
  inputTokensPerMinute: 'input tokens a minute',
  outputTokensPerMinute: 'output tokens a minute',
  parallelRequests: 'requests at once',
};

/** Nobody knows when a running call ends. */
const parallelRetryMs = 1000;

const rateLimited = ({ standing, standings, retryAfterMs = parallelRetryMs }: RateRefusal): GatewayError => {
  const { scope, kind, limit, models } = standing;
  const of = models === undefined ? '' : ` of ${models.join(', ')}`;
  return new GatewayError(
    'rate_limited',
    `${scope} has a limit of ${limit} ${words[kind]}${of}, and this call goes beyond it. Send the request again in ${Math.ceil(retryAfterMs / 1000)} s.`,
    { retryAfterMs, rates: standings, rate: standing },
  );
};
