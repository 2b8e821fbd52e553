import { GatewayError } from '../core/errors/gateway-error.ts';

/** Why an exchange is given up: its client has left, or the server stops and its time to end is over. */
export type CancelReason = 'client-gone' | 'stopping';

/**
 * Says once that nobody waits for an answer any more. An `AbortSignal` without its cost: most exchanges are never cancelled, and a signal
 * for each of them is a measurable part of a small request.
 */
export class Cancellation {
  #cancelled = false;
  #reason: CancelReason = 'client-gone';
  #listener: (() => void) | undefined;
  #others: (() => void)[] | undefined;

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** What whoever waits in vain is told. */
  failure(): GatewayError {
    return this.#reason === 'stopping'
      ? new GatewayError('draining', 'This Sluice is stopping, and the answer was not complete in time. Ask again.', {
          retryAfterMs: 1000,
        })
      : new GatewayError('client_gone', 'The client closed the connection before the answer was complete.');
  }

  cancel(reason: CancelReason = 'client-gone'): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#reason = reason;
    const first = this.#listener;
    const others = this.#others;
    this.#listener = undefined;
    this.#others = undefined;
    first?.();
    for (const run of others ?? []) run();
  }

  /** Runs `listener` when cancelled; at once when that has happened. */
  listen(listener: () => void): void {
    if (this.#cancelled) listener();
    else if (this.#listener === undefined) this.#listener = listener;
    else {
      this.#others ??= [];
      this.#others.push(listener);
    }
  }

  forget(listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined;
    else if (this.#others !== undefined) this.#others = this.#others.filter((other) => other !== listener);
  }
}
