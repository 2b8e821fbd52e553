import type { GatewayError } from '../../core/errors/gateway-error.ts';
import type { ExchangeEnd } from '../../ports/exchange-sink.ts';
import type { FrameSource } from './frame-source.ts';
import type { PumpWheel, Ticking } from './pump-wheel.ts';

export interface PumpOptions {
  readonly wheel: PumpWheel;
  /** 0: none. */
  readonly heartbeatMs: number;
  /** What is sent in a silence; a plain comment when absent. */
  readonly comment?: Uint8Array | undefined;
  readonly stallMs: number;
  /** What the client may read of an error. */
  told(error: unknown): GatewayError;
  /** Called once, when the stream has ended for any reason. */
  ended(end: ExchangeEnd, facts: { readonly bytes: number; readonly error?: GatewayError }): void;
}

/** Errors that have an end of their own. */
const ends: Readonly<Partial<Record<GatewayError['code'], ExchangeEnd>>> = {
  draining: 'drained',
  budget_exceeded: 'budget-stop',
};

const heartbeat = new TextEncoder().encode(': heartbeat\n\n');

/**
 * Sends a source's bytes to the client as fast as the client reads: each pull asks the source for one piece, so nothing piles up. While the
 * source is silent it sends comments; a client that stops reading is cut; a source that breaks ends with the dialect's in-band error.
 */
export class SsePump implements Ticking {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #source: FrameSource;
  readonly #options: PumpOptions;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #bytes = 0;
  #waitingForSource = false;
  #sinceMs = performance.now();
  #over = false;
  #first: Uint8Array | undefined;

  /** `first` is sent before the source is asked. */
  constructor(source: FrameSource, first: Uint8Array | undefined, options: PumpOptions) {
    this.#source = source;
    this.#first = first;
    this.#options = options;
    options.wheel.add(this);
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: (controller) => this.#pull(controller),
        cancel: () => this.cut('client-gone'),
      },
      { highWaterMark: 0 },
    );
  }

  tick(nowMs: number): void {
    const silentMs = nowMs - this.#sinceMs;
    if (!this.#waitingForSource) {
      if (silentMs > this.#options.stallMs) this.cut('client-stalled');
      return;
    }
    const { heartbeatMs, comment = heartbeat } = this.#options;
    if (heartbeatMs > 0 && silentMs > heartbeatMs) this.#send(comment);
  }

  /** Ends the stream from outside: by the error in it, unless the client is gone. */
  stop(error: GatewayError): void {
    this.#fail(error);
  }

  /** Ends the stream without an answer: the client is gone or does not read. */
  cut(end: ExchangeEnd): void {
    if (this.#over) return;
    this.#finish(end);
    this.#source.cancel();
    if (end !== 'client-gone') this.#controller?.error(new Error(end));
  }

  #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> | undefined {
    this.#controller = controller;
    if (this.#sendFirst()) return undefined;
    this.#waitingForSource = true;
    this.#sinceMs = performance.now();
    return this.#source.next().then(this.#take).catch(this.#break);
  }

  readonly #take = (piece: Uint8Array | undefined): void => {
    this.#waitingForSource = false;
    if (this.#over) return;
    if (piece !== undefined) {
      this.#send(piece);
      return;
    }
    const { failure } = this.#source;
    if (failure === undefined) this.#finish('done');
    else this.#finish('failed', this.#options.told(failure));
    this.#controller?.close();
  };

  readonly #break = (error: unknown): void => this.#fail(this.#options.told(error));

  #fail(error: GatewayError): void {
    if (this.#over) return;
    if (error.code === 'client_gone') {
      this.cut('client-gone');
      return;
    }
    this.#waitingForSource = false;
    this.#sendFirst();
    const told = this.#source.fail(error);
    if (told !== undefined) this.#send(told);
    this.#finish(ends[error.code] ?? 'failed', error);
    this.#source.cancel();
    this.#controller?.close();
  }

  #sendFirst(): boolean {
    const first = this.#first;
    if (first === undefined) return false;
    this.#first = undefined;
    this.#send(first);
    return true;
  }

  #send(piece: Uint8Array): void {
    this.#bytes += piece.length;
    this.#sinceMs = performance.now();
    this.#controller?.enqueue(piece);
  }

  #finish(end: ExchangeEnd, error?: GatewayError): void {
    this.#over = true;
    this.#options.wheel.remove(this);
    this.#options.ended(end, error === undefined ? { bytes: this.#bytes } : { bytes: this.#bytes, error });
  }
}
