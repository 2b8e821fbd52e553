import { GatewayError } from '../../core/errors/gateway-error.ts';

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
