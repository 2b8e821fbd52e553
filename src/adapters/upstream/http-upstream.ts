import type { Cancellation } from '../../ports/cancellation.ts';
import type { Upstream, UpstreamReply, WireCall } from '../../ports/upstream.ts';

export interface Ways {
  readonly straight: Upstream;
  /** The runtime's own client, which knows proxies. */
  readonly proxied: Upstream;
  /** For addresses that the operator did not write. */
  readonly checked: Upstream;
}

/** All calls that leave the process, each by the way that is meant for it. */
export class HttpUpstream implements Upstream {
  readonly #ways: Ways;

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  send(call: WireCall, cancellation: Cancellation): Promise<UpstreamReply> {
    return this.#wayOf(call).send(call, cancellation);
  }

  #wayOf({ egress }: WireCall): Upstream {
    if (egress === undefined) return this.#ways.straight;
    if (egress.checked === true) return this.#ways.checked;
    return egress.proxy === undefined ? this.#ways.straight : this.#ways.proxied;
  }
}
