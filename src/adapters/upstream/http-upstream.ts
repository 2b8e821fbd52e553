import type { Cancellation } from '../../ports/cancellation.ts';
import type { Upstream, UpstreamReply, WireCall } from '../../ports/upstream.ts';

/** Calls through a proxy go over the runtime's own client, which knows proxies; all others over sockets. */
export class HttpUpstream implements Upstream {
  readonly #straight: Upstream;
  readonly #proxied: Upstream;

  constructor(straight: Upstream, proxied: Upstream) {
    this.#straight = straight;
    this.#proxied = proxied;
  }

  send(call: WireCall, cancellation: Cancellation): Promise<UpstreamReply> {
    return (call.egress?.proxy === undefined ? this.#straight : this.#proxied).send(call, cancellation);
  }
}
