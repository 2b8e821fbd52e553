import type { Egress } from '../../../core/catalog/active-provider.ts';
import type { Cancellation } from '../../../ports/cancellation.ts';
import type { Upstream, UpstreamReply, WireCall } from '../../../ports/upstream.ts';
import { LimitedReply } from '../limited-reply.ts';
import { OpenCall, unreachable } from '../open-call.ts';
import { Watchdog } from '../watchdog.ts';
import { acceptsConnections } from './connect-probe.ts';
import { FetchAnswer } from './fetch-answer.ts';
import { GatheredFetch } from './gathered-fetch.ts';
import { IdleConnections } from './idle-connections.ts';

/** Calls providers over HTTP with Bun's own client. */
export class FetchUpstream implements Upstream {
  readonly #watchdog = new Watchdog();
  readonly #idle = new IdleConnections();
  readonly #gathered = new GatheredFetch();

  async send(call: WireCall, cancellation: Cancellation): Promise<UpstreamReply> {
    const origin = originOf(call.url);
    const reused = this.#idle.take(origin);
    const sentMs = performance.now();
    try {
      return await this.#attempt(call, cancellation, { origin, fresh: false });
    } catch (error) {
      // A kept connection that the provider has closed meanwhile: the request was not served, so it is sent once more on a fresh one.
      const soon = performance.now() - sentMs < resetWithinMs;
      if (isReset(error)) this.#idle.forget(origin);
      if (!(reused && soon && isReset(error)) || cancellation.cancelled) throw unreachable(error, call);
      return await this.#attempt(call, cancellation, { origin, fresh: true }).catch((again: unknown) => {
        throw unreachable(again, call);
      });
    }
  }

  async #attempt(
    call: WireCall,
    cancellation: Cancellation,
    connection: { readonly origin: string; readonly fresh: boolean },
  ): Promise<UpstreamReply> {
    if (cancellation.cancelled) throw cancellation.failure();
    const aborting = new AbortController();
    const open = new OpenCall(call, cancellation, {
      watchdog: this.#watchdog,
      abort: () => aborting.abort(),
      probe: () => acceptsConnections(call.egress?.proxy ?? call.url, call.timeouts.connectMs / 2),
    });
    try {
      const init = initOf(call, aborting.signal);
      const response = await this.#gathered.fetch(call.url, connection.fresh ? { ...init, keepalive: false } : init);
      open.waitFor('nothing');
      open.onComplete = () => this.#idle.put(connection.origin);
      return new LimitedReply(new FetchAnswer(response), open, call.answerBytes);
    } catch (error) {
      open.finished(false);
      throw open.failure ?? error;
    }
  }
}

const initOf = (call: WireCall, signal: AbortSignal): RequestInit => {
  const init = {
    method: call.method,
    headers: headersOf(call.headers),
    redirect: 'manual',
    decompress: false,
    signal,
    timeout: false,
    body: call.body as Uint8Array<ArrayBuffer> | string | undefined,
  };
  return (call.egress === undefined ? init : { ...init, ...wayOut(call.egress) }) as RequestInit;
};

/** Connections are kept only between calls that go out alike. */
const wayOut = ({ proxy, ca }: Egress): object => ({
  ...(proxy === undefined ? {} : { proxy }),
  ...(ca === undefined ? {} : { tls: { ca } }),
});

// A provider's own headers are the same record for every call, and the client takes a ready list faster than a record.
const readyHeaders = new WeakMap<WireCall['headers'], Headers>();

const headersOf = (record: WireCall['headers']): Headers => {
  const known = readyHeaders.get(record);
  if (known !== undefined) return known;
  const headers = new Headers(record);
  readyHeaders.set(record, headers);
  return headers;
};

/** A closed connection tells at once; a reset that comes later may have cost the provider work, and is not repeated. */
const resetWithinMs = 50;

const originOf = (url: string): string => url.slice(0, url.indexOf('/', url.indexOf('//') + 2));

const isReset = (error: unknown): boolean => {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return code === 'ECONNRESET' || code === 'ConnectionClosed' || code === 'EPIPE';
};
