import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Cancellation } from '../../ports/cancellation.ts';
import type { WireCall } from '../../ports/upstream.ts';
import { type Expired, type Waiting, Watch, type Watchdog } from './watchdog.ts';

/** What a client does for the calls it has open. */
export interface CallTools {
  readonly watchdog: Watchdog;
  /** Ends the call on the network. */
  readonly abort: () => void;
  /** Called once when the head is late by half the connect limit. For clients that do not see when they have connected. */
  readonly probe?: (() => Promise<boolean>) | undefined;
}

/** One call under way: its limits, its abort, and the name of whatever ended it. */
export class OpenCall {
  failure: GatewayError | undefined;
  onComplete: (() => void) | undefined;
  readonly #watch: Watch;
  readonly #tools: CallTools;
  readonly #client: Cancellation;
  readonly #call: WireCall;
  readonly #onCancelled = (): void => this.#fail(this.#client.failure());
  #open = true;

  constructor(call: WireCall, client: Cancellation, tools: CallTools) {
    this.#call = call;
    this.#client = client;
    this.#tools = tools;
    this.#watch = new Watch(call.timeouts, {
      expire: (what) => this.#fail(timedOut(what, call)),
      probe: tools.probe === undefined ? undefined : () => void this.#probe(),
    });
    client.listen(this.#onCancelled);
    tools.watchdog.add(this.#watch);
  }

  waitFor(what: Waiting): void {
    this.#watch.waitFor(what);
  }

  finished(complete: boolean): void {
    if (!this.#open) return;
    this.#open = false;
    this.#tools.watchdog.remove(this.#watch);
    this.#client.forget(this.#onCancelled);
    if (complete) this.onComplete?.();
  }

  /** Names a failed read: the limit that passed, the client that left, or the cut. */
  explain(error: unknown): GatewayError {
    if (this.failure !== undefined) return this.failure;
    if (error instanceof GatewayError) return error;
    return new GatewayError('upstream_cut', 'The provider cut the connection before the answer was complete.', {
      cause: error,
    });
  }

  abort(): void {
    this.#tools.abort();
  }

  #fail(failure: GatewayError): void {
    this.failure ??= failure;
    this.finished(false);
    this.#tools.abort();
  }

  async #probe(): Promise<void> {
    if ((await this.#tools.probe?.()) !== false) return;
    if (this.#open && this.failure === undefined) this.#fail(timedOut('connect', this.#call));
  }
}

/** Names a call that failed before the head of an answer came. */
export const unreachable = (error: unknown, call: WireCall): GatewayError => {
  if (error instanceof GatewayError) return error;
  const code = error instanceof Error ? String((error as Error & { code?: unknown }).code ?? error.name) : 'unknown';
  return new GatewayError(
    'upstream_unreachable',
    `The provider could not be reached at ${shownOrigin(call.url)} (${code}).`,
    { cause: error },
  );
};

/** For people: without the name and password an address may carry. */
const shownOrigin = (url: string): string => (URL.canParse(url) ? new URL(url).origin : 'its address');

const limitNames = { connect: 'connect', 'first-byte': 'first_byte', idle: 'idle', total: 'total' } as const;

const timedOut = (what: Expired, { timeouts }: WireCall): GatewayError => {
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
