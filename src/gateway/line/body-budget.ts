import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Settlement } from './settlement.ts';

/** Counts the body bytes of all exchanges under way, so that many large ones together cannot exhaust the memory. */
export class BodyBudget {
  #bytes = 0;

  /** Takes room for a body. Throws `gateway_busy` (429, retry at once) when there is none. */
  take(bytes: number, limitBytes: number): void {
    if (this.#bytes > 0 && this.#bytes + bytes > limitBytes) {
      throw new GatewayError(
        'gateway_busy',
        'Too many request bodies are being held at once (limits.bytes_in_flight). Try again in a second.',
        { retryAfterMs: 1000 },
      );
    }
    this.#bytes += bytes;
  }

  give(bytes: number): void {
    this.#bytes -= bytes;
  }

  get bytes(): number {
    return this.#bytes;
  }
}

/** What one exchange has taken of the budget; given back when the exchange is settled. */
export class BodyShare {
  readonly #budget: BodyBudget;
  readonly #limitBytes: number;
  #bytes = 0;
  #over = false;

  constructor(budget: BodyBudget, limitBytes: number, settlement: Settlement) {
    this.#budget = budget;
    this.#limitBytes = limitBytes;
    settlement.whenSettled(() => {
      this.#over = true;
      budget.give(this.#bytes);
    });
  }

  /** Throws `gateway_busy` when there is no room, and `client_gone` when the exchange has ended while its body still came. */
  readonly take = (bytes: number): void => {
    if (this.#over) throw new GatewayError('client_gone', 'The exchange ended before its body had come.');
    this.#budget.take(bytes, this.#limitBytes);
    this.#bytes += bytes;
  };
}
