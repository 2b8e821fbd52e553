import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { AddressGuard } from '../../ports/address-guard.ts';
import type { Cancellation } from '../../ports/cancellation.ts';
import type { Upstream, UpstreamReply, WireCall } from '../../ports/upstream.ts';

export interface CheckedParts {
  readonly guard: AddressGuard;
  /** Connects where it is told. */
  readonly straight: Upstream;
  readonly proxied: Upstream;
  /** Told of every call that was not let out: where it would have gone, and why it may not. */
  refused?(url: string, reason: string): void;
}

/**
 * Calls addresses that the operator did not write. Whatever goes wrong before the head of an answer is told in the same words, so that nobody
 * learns what listens in the operator's network.
 */
export class CheckedUpstream implements Upstream {
  readonly #parts: CheckedParts;

  constructor(parts: CheckedParts) {
    this.#parts = parts;
  }

  async send(call: WireCall, cancellation: Cancellation): Promise<UpstreamReply> {
    const { guard, straight, proxied } = this.#parts;
    const how = { limitMs: call.timeouts.connectMs, proxied: call.egress?.proxy !== undefined };
    const way = await guard.admit(call.url, how).catch((error: unknown) => {
      this.#parts.refused?.(call.url, error instanceof Error ? error.message : String(error));
      throw notReached(error);
    });
    try {
      if (way.kind === 'by-name') return await proxied.send(call, cancellation);
      return await straight.send({ ...call, address: way.address }, cancellation);
    } catch (error) {
      if (cancellation.cancelled) throw error;
      throw notReached(error);
    }
  }
}

const notReached = (cause: unknown): GatewayError =>
  new GatewayError(
    'upstream_unreachable',
    'The address that the request names was not reached. It must be a public one over https, or one that egress.allow in the config file names.',
    { cause },
  );
