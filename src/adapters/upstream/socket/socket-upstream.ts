import type { Cancellation } from '../../../ports/cancellation.ts';
import type { Upstream, UpstreamReply, WireCall } from '../../../ports/upstream.ts';
import { LimitedReply } from '../limited-reply.ts';
import { unreachable } from '../open-call.ts';
import { Watchdog } from '../watchdog.ts';
import type { Connection } from './connection.ts';
import { ConnectionLost } from './connection-lost.ts';
import { ConnectionPool } from './connection-pool.ts';
import { type Destination, Destinations } from './destination.ts';
import { Exchange } from './exchange.ts';
import { type RequestPayload, requestPayload } from './request-payload.ts';

interface Prepared {
  readonly call: WireCall;
  readonly destination: Destination;
  readonly payload: RequestPayload;
}

/** Calls providers over HTTP/1.1 on sockets of its own, without a proxy. A body is read from the system only as it is asked for. */
export class SocketUpstream implements Upstream {
  readonly #watchdog = new Watchdog();
  readonly #pool = new ConnectionPool();
  readonly #destinations = new Destinations();

  async send(call: WireCall, cancellation: Cancellation): Promise<UpstreamReply> {
    const prepared = this.#prepare(call);
    const kept = this.#pool.take(prepared.destination);
    try {
      return await this.#attempt(prepared, cancellation, kept);
    } catch (error) {
      // A kept connection that the provider has closed meanwhile: the request was not served, so it is sent once more on a fresh one.
      const repeat = error instanceof ConnectionLost && error.unserved && !cancellation.cancelled;
      if (!repeat) throw unreachable(error, call);
      return await this.#attempt(prepared, cancellation, undefined).catch((again: unknown) => {
        throw unreachable(again, call);
      });
    }
  }

  /** Closes the connections nobody uses. */
  close(): void {
    this.#pool.close();
  }

  #prepare(call: WireCall): Prepared {
    try {
      const destination = this.#destinations.of(call);
      return { call, destination, payload: requestPayload(call, destination) };
    } catch (error) {
      throw unreachable(error, call);
    }
  }

  async #attempt(
    { call, destination, payload }: Prepared,
    cancellation: Cancellation,
    kept: Connection | undefined,
  ): Promise<UpstreamReply> {
    if (cancellation.cancelled) throw cancellation.failure();
    const exchange = new Exchange(call, cancellation, { pool: this.#pool, watchdog: this.#watchdog });
    const open = exchange.call;
    try {
      await exchange.begin(kept ?? this.#pool.open(destination), payload);
      return new LimitedReply(exchange, open, call.answerBytes);
    } catch (error) {
      open.finished(false);
      throw open.failure ?? (exchange.answered ? open.explain(error) : error);
    }
  }
}
