import type { Egress } from '../../core/catalog/active-provider.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Cancellation } from '../../ports/cancellation.ts';
import type { Upstream, UpstreamReply, WireCall } from '../../ports/upstream.ts';
import { acceptsConnections } from './connect-probe.ts';
import { FetchReply } from './fetch-reply.ts';
import { GatheredFetch } from './gathered-fetch.ts';
import { IdleConnections } from './idle-connections.ts';
import { type Expired, Watch, Watchdog } from './watchdog.ts';

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
      if (!(reused && soon && isReset(error)) || cancellation.cancelled) throw explain(error, call);
      return await this.#attempt(call, cancellation, { origin, fresh: true }).catch((again: unknown) => {
        throw explain(again, call);
      });
    }
  }

  async #attempt(
    call: WireCall,
    cancellation: Cancellation,
    connection: { readonly origin: string; readonly fresh: boolean },
  ): Promise<UpstreamReply> {
    if (cancellation.cancelled) throw cancellation.failure();
    const open = new OpenCall(call, cancellation, this.#watchdog);
    try {
      const init = initOf(call, open.signal);
      const response = await this.#gathered.fetch(call.url, connection.fresh ? { ...init, keepalive: false } : init);
      open.waitFor('nothing');
      open.onComplete = () => this.#idle.put(connection.origin);
      return new FetchReply(response, open, call.answerBytes);
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

/** One call under way: its limits, its abort, and the name of whatever ended it. */
class OpenCall {
  failure: GatewayError | undefined;
  onComplete: (() => void) | undefined;
  readonly #abort = new AbortController();
  readonly #watch: Watch;
  readonly #watchdog: Watchdog;
  readonly #client: Cancellation;
  readonly #call: WireCall;
  readonly #onCancelled = (): void => this.#fail(this.#client.failure());
  #open = true;

  constructor(call: WireCall, client: Cancellation, watchdog: Watchdog) {
    this.#call = call;
    this.#client = client;
    this.#watchdog = watchdog;
    this.#watch = new Watch(call.timeouts, {
      expire: (what) => this.#fail(timedOut(what, call)),
      probe: () => void this.#probe(),
    });
    client.listen(this.#onCancelled);
    watchdog.add(this.#watch);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  waitFor(what: 'piece' | 'nothing'): void {
    this.#watch.waitFor(what);
  }

  finished(complete: boolean): void {
    if (!this.#open) return;
    this.#open = false;
    this.#watchdog.remove(this.#watch);
    this.#client.forget(this.#onCancelled);
    if (complete) this.onComplete?.();
  }

  explain(error: unknown): GatewayError {
    if (this.failure !== undefined) return this.failure;
    if (error instanceof GatewayError) return error;
    return new GatewayError('upstream_cut', 'The provider cut the connection before the answer was complete.', {
      cause: error,
    });
  }

  abort(): void {
    this.#abort.abort();
  }

  #fail(failure: GatewayError): void {
    this.failure ??= failure;
    this.finished(false);
    this.#abort.abort();
  }

  async #probe(): Promise<void> {
    const { connectMs } = this.#call.timeouts;
    if (await acceptsConnections(this.#call.egress?.proxy ?? this.#call.url, connectMs / 2)) return;
    if (this.#open && this.failure === undefined) this.#fail(timedOut('connect', this.#call));
  }
}

/** A closed connection tells at once; a reset that comes later may have cost the provider work, and is not repeated. */
const resetWithinMs = 50;

const originOf = (url: string): string => url.slice(0, url.indexOf('/', url.indexOf('//') + 2));

/** For people: without the name and password an address may carry. */
const shownOrigin = (url: string): string => (URL.canParse(url) ? new URL(url).origin : 'its address');

const isReset = (error: unknown): boolean => {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return code === 'ECONNRESET' || code === 'ConnectionClosed' || code === 'EPIPE';
};

const limitNames = { connect: 'connect', 'first-byte': 'first_byte', idle: 'idle', total: 'total' } as const;

const timedOut = (what: Expired, call: WireCall): GatewayError => {
  const { timeouts } = call;
  if (what === 'connect')
    return new GatewayError(
      'upstream_unreachable',
      `No connection to the provider within ${timeouts.connectMs} ms (timeouts.connect_ms).`,
    );
  const limitMs = { 'first-byte': timeouts.firstByteMs, idle: timeouts.idleMs, total: timeouts.totalMs }[what];
  const doing = { 'first-byte': 'did not begin to answer', idle: 'stopped sending', total: 'did not finish' }[what];
  return new GatewayError(
    'upstream_timeout',
    `The provider ${doing} within ${limitMs} ms (timeouts.${limitNames[what]}_ms).`,
  );
};

/** Names a call that failed before the head of an answer came. */
const explain = (error: unknown, call: WireCall): GatewayError => {
  if (error instanceof GatewayError) return error;
  const code = error instanceof Error ? String((error as Error & { code?: unknown }).code ?? error.name) : 'unknown';
  return new GatewayError(
    'upstream_unreachable',
    `The provider could not be reached at ${shownOrigin(call.url)} (${code}).`,
    {
      cause: error,
    },
  );
};
