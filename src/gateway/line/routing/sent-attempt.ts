import { classifyFailure, classOfCode } from '../../../core/errors/failure-class.ts';
import type { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Failure } from '../../../core/routing/cursor.ts';
import type { Flight } from '../../../core/routing/health/target-health.ts';
import type { BreakerSetting } from '../../../core/routing/route.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Settlement } from '../settlement.ts';

/** One try at a target: how it goes is told to the target's health. */
export class SentAttempt {
  readonly #flight: Flight;
  readonly #settlement: Settlement;
  readonly #clock: Clock;
  readonly #sentMs: number;
  readonly #breaker: BreakerSetting | undefined;

  constructor(
    flight: Flight,
    settlement: Settlement,
    { clock, breaker }: { readonly clock: Clock; readonly breaker: BreakerSetting | undefined },
  ) {
    this.#breaker = breaker;
    this.#flight = flight;
    this.#settlement = settlement;
    this.#clock = clock;
    this.#sentMs = clock.monotonicMs();
  }

  /** It has the exchange from now on; the rest is known when that is settled. */
  answered(): void {
    const { facts } = this.#settlement;
    const nowMs = this.#clock.monotonicMs();
    // A whole chat's time says how long it was, not how soon it began.
    this.#flight.answered(nowMs, facts.stream || facts.operation !== 'chat' ? nowMs - this.#sentMs : undefined);
    this.#settlement.whenSettled(() => this.#over());
  }

  failed(error: GatewayError): Failure {
    const failure: Failure = {
      class: classifyFailure(error),
      status: error.detail.upstream?.status,
      retryAfterMs: error.detail.retryAfterMs,
    };
    this.#flight.failed(this.#clock.monotonicMs(), { ...failure, breaker: this.#breaker });
    return failure;
  }

  #over(): void {
    const { errorCode, usage, end } = this.#settlement.facts;
    const nowMs = this.#clock.monotonicMs();
    if (end === 'failed' && errorCode !== undefined)
      this.#flight.broke(nowMs, { class: classOfCode(errorCode), breaker: this.#breaker });
    const seconds = (nowMs - this.#sentMs) / 1000;
    const output = usage?.outputTokens;
    this.#flight.end({
      nowMs,
      tokens: (usage?.inputTokens ?? 0) + (output ?? 0),
      ...(output === undefined || seconds <= 0 ? {} : { tokensPerSecond: output / seconds }),
    });
  }
}
