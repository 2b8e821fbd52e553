import type { Egress, Timeouts } from '../core/catalog/active-provider.ts';
import type { Cancellation } from './cancellation.ts';

/** One request to a provider, ready to be sent. */
export interface WireCall {
  readonly url: string;
  readonly method: 'POST' | 'GET' | 'PUT' | 'DELETE';
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly timeouts: Timeouts;
  /** The largest whole answer taken, in bytes; 256 MB when absent. */
  readonly answerBytes?: number | undefined;
  /** Absent when the call goes out straight. */
  readonly egress?: Egress | undefined;
  /** Connect to this address by number, wherever the name in `url` leads. Certificate and `host` stay those of the name. */
  readonly address?: string | undefined;
}

/**
 * A provider's answer whose head has arrived. Exactly one of `readAll` and `read` is used; `cancel` may be called at any time and frees the
 * connection. Reading throws `GatewayError`: `upstream_cut`, `upstream_timeout`, `upstream_invalid` (too large, broken compression).
 */
export interface UpstreamReply {
  readonly status: number;
  header(name: string): string | undefined;
  /** The whole body. */
  readAll(): Promise<Uint8Array>;
  /** The next piece of the body; undefined when it has ended. */
  read(): Promise<Uint8Array | undefined>;
  cancel(): void;
}

export interface Upstream {
  /**
   * Sends and waits for the head of the answer, whatever its status. Throws `GatewayError`: `upstream_unreachable`, `upstream_timeout`, `upstream_cut` (inside the head), `upstream_invalid` (not HTTP), or
   * `client_gone` when the exchange is cancelled.
   */
  send(call: WireCall, cancellation: Cancellation): Promise<UpstreamReply>;
}
