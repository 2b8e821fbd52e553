import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Cancellation } from '../../ports/cancellation.ts';
import type { Clock } from '../../ports/clock.ts';

export interface Token<Value = string> {
  readonly value: Value;
  readonly lifetimeMs: number;
}

/** A token is renewed when this much of its life, or less, is left; calls go on with the old one meanwhile. */
const renewAheadMs = 300_000;
/** And no longer used when this much is left: a call that starts with it must not see it end. */
const unusableMs = 10_000;
/** After a failure the next try waits, so that a broken token service is not asked for every call. */
const quietMs = 1000;

/** After a token was given up, the next one is kept for as long, refused or not. */
const keptMs = 60_000;

/** Keeps one token (or the keys calls are signed with), asks for the next ahead of its end, and never asks twice at one time. */
export class TokenKeeper<Value = string> {
  readonly #ask: () => Promise<Token<Value>>;
  readonly #clock: Clock;
  #value: Value | undefined;
  #endsMs = 0;
  #askedMs = 0;
  #keptUntilMs = 0;
  #asking: Promise<Value> | undefined;
  #failure: { readonly error: unknown; readonly untilMs: number } | undefined;

  constructor(ask: () => Promise<Token<Value>>, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** The token in use, for masking. */
  get value(): Value | undefined {
    return this.#value;
  }

  /** A token that can be used now. Rejects with what `ask` threw. */
  token(cancellation: Cancellation): Value | Promise<Value> {
    const nowMs = this.#clock.monotonicMs();
    const leftMs = this.#endsMs - nowMs;
    if (this.#value === undefined || leftMs <= unusableMs) return untilCancelled(this.#renewed(nowMs), cancellation);
    // Nobody waits for this one, so its failure is told by the renewal that a call has to wait for.
    if (leftMs <= Math.min(renewAheadMs, (this.#endsMs - this.#askedMs) / 4))
      this.#renewed(nowMs).catch(() => undefined);
    return this.#value;
  }

  /** Gives a refused token up. False when one was given up a short time ago: the refusals have another reason then. */
  refuse(value: Value): boolean {
    if (value !== this.#value) return this.#value !== undefined;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#keptUntilMs) return false;
    this.#keptUntilMs = nowMs + keptMs;
    this.#value = undefined;
    return true;
  }

  #renewed(nowMs: number): Promise<Value> {
    if (this.#asking !== undefined) return this.#asking;
    if (this.#failure !== undefined && nowMs < this.#failure.untilMs) return Promise.reject(this.#failure.error);
    this.#asking = this.#renew().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #renew(): Promise<Value> {
    try {
      const { value, lifetimeMs } = await this.#ask();
      this.#failure = undefined;
      this.#value = value;
      this.#askedMs = this.#clock.monotonicMs();
      this.#endsMs = this.#askedMs + lifetimeMs;
      return value;
    } catch (error) {
      this.#failure = { error, untilMs: this.#clock.monotonicMs() + quietMs };
      throw error;
    }
  }
}

/** The one who waits may leave; the request for the token goes on for the others. */
const untilCancelled = <Value>(token: Promise<Value>, cancellation: Cancellation): Promise<Value> =>
  new Promise((resolve, reject) => {
    const leave = (): void =>
      reject(new GatewayError('client_gone', 'The client closed the connection before the answer was complete.'));
    cancellation.listen(leave);
    token
      .then(resolve, reject)
      .finally(() => cancellation.forget(leave))
      .catch(() => undefined);
  });
