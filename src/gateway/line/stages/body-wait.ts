import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Cancellation } from '../../../ports/cancellation.ts';
import type { PumpWheel, Ticking } from '../../doors/pump-wheel.ts';

/** Waits for a body that its client sends, for a bounded time and no longer than the exchange lives. */
export class BodyWait implements Ticking {
  readonly body: Promise<Uint8Array>;
  readonly #limitMs: number;
  readonly #wheel: PumpWheel;
  readonly #cancellation: Cancellation;
  readonly #startedMs = performance.now();
  #resolve: (bytes: Uint8Array) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  readonly #cancelled = (): void => this.#failed(this.#cancellation.failure());

  constructor(read: Promise<Uint8Array>, limitMs: number, by: { wheel: PumpWheel; cancellation: Cancellation }) {
    this.#limitMs = limitMs;
    this.#wheel = by.wheel;
    this.#cancellation = by.cancellation;
    this.body = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#wheel.add(this);
    this.#cancellation.listen(this.#cancelled);
    read.then(this.#came, this.#failed);
  }

  tick(nowMs: number): void {
    if (nowMs - this.#startedMs > this.#limitMs) this.#failed(tooSlow(this.#limitMs));
  }

  readonly #came = (bytes: Uint8Array): void => {
    this.#end();
    this.#resolve(bytes);
  };

  readonly #failed = (error: unknown): void => {
    this.#end();
    this.#reject(error);
  };

  #end(): void {
    this.#wheel.remove(this);
    this.#cancellation.forget(this.#cancelled);
  }
}

const tooSlow = (limitMs: number): GatewayError =>
  new GatewayError(
    'request_timeout',
    `The body did not arrive within ${limitMs} ms. Send it faster, or raise limits.body_ms.`,
  );
