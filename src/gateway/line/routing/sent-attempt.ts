import { classifyFailure, classOfCode } from '../../../core/errors/failure-class.ts';
import type { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Failure } from '../../../core/routing/cursor.ts';
import type { BreakerState } from '../../../core/routing/health/breaker.ts';
import type { SetBreaker } from '../../../core/routing/health/set-breaker.ts';
import type { Flight } from '../../../core/routing/health/target-health.ts';
import type { BreakerSetting } from '../../../core/routing/route.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Settlement } from '../settlement.ts';

interface SentUnder {
  readonly clock: Clock;
  readonly breaker: BreakerSetting | undefined;
  readonly circuit: SetBreaker | undefined;
}

/** One try at a target: how it goes is told to the target's health. */
export class SentAttempt {
  readonly #flight: Flight;
  readonly #circuit: SetBreaker | undefined;
  readonly #began: BreakerState;
  #told = false;
  readonly #settlement: Settlement;
  readonly #clock: Clock;
  readonly #sentMs: number;
  readonly #breaker: BreakerSetting | undefined;

  constructor(flight: Flight, settlement: Settlement, { clock, breaker, circuit }: SentUnder) {
    this.#circuit = circuit;
    this.#flight = flight;
    this.#breaker = breaker;
    this.#settlement = settlement;
    this.#clock = clock;
    this.#sentMs = clock.monotonicMs();
    this.#began = circuit?.began(this.#sentMs) ?? 'closed';
  }

  /** It has the exchange from now on; the rest is known when that is settled. */
  answered(): void {
    const { facts } = this.#settlement;
    const nowMs = this.#clock.monotonicMs();
    // A whole chat's time says how long it was, not how soon it began.
    this.#flight.answered(nowMs, facts.stream || facts.operation !== 'chat' ? nowMs - this.#sentMs : undefined);
    this.#told = true;
    this.#circuit?.succeeded(nowMs, this.#began);
    this.#settlement.whenSettled(() => this.#over());
  }

  failed(error: GatewayError): Failure {
    const failure: Failure = {
      class: classifyFailure(error),
      status: error.detail.upstream?.status,
      retryAfterMs: error.detail.retryAfterMs,
    };
    const nowMs = this.#clock.monotonicMs();
    this.#flight.failed(nowMs, { ...failure, breaker: this.#breaker });
    if (!this.#told) this.#tellCircuit(nowMs, failure, error);
    this.#told = true;
    return failure;
  }

  #tellCircuit(nowMs: number, failure: Failure, error: GatewayError): void {
    if (error.code === 'client_gone' || error.code === 'draining') this.#circuit?.abandoned(this.#began);
    else this.#circuit?.failed(nowMs, this.#began, { status: failure.status ?? error.status });
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
