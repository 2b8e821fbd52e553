import type { Timeouts } from '../../core/catalog/active-provider.ts';

/** Which limit passed. */
export type Expired = 'connect' | 'first-byte' | 'idle' | 'total';

/** What a call waits for: a connection, the head, a piece of the body, or nothing (the client is reading, which is not the provider's fault). */
export type Waiting = 'connection' | 'head' | 'piece' | 'nothing';

const tickMs = 20;
/** A look that comes later than this says that the process stood still: what arrived meanwhile is handled before anyone is blamed for silence. */
const lateMs = 100;

/** The time limits of one call. */
export class Watch {
  readonly #timeouts: Timeouts;
  readonly #expire: (what: Expired) => void;
  readonly #probe: (() => void) | undefined;
  readonly #startedMs = performance.now();
  #waiting: Waiting = 'head';
  #sinceMs = this.#startedMs;
  #probed = false;

  constructor(
    timeouts: Timeouts,
    on: { readonly expire: (what: Expired) => void; readonly probe: (() => void) | undefined },
  ) {
    this.#timeouts = timeouts;
    this.#expire = on.expire;
    this.#probe = on.probe;
  }

  waitFor(what: Waiting): void {
    this.#waiting = what;
    this.#sinceMs = performance.now();
  }

  check(nowMs: number): void {
    const expired = this.#expired(nowMs);
    if (expired !== undefined) this.#expire(expired);
    else if (!this.#probed && this.#waiting === 'head' && nowMs - this.#sinceMs >= this.#timeouts.connectMs / 2) {
      this.#probed = true;
      this.#probe?.();
    }
  }

  #expired(nowMs: number): Expired | undefined {
    const { totalMs, idleMs, firstByteMs } = this.#timeouts;
    if (nowMs - this.#startedMs > totalMs) return 'total';
    const waitedMs = nowMs - this.#sinceMs;
    if (this.#waiting === 'piece' && waitedMs > idleMs) return 'idle';
    if (this.#waiting === 'connection' && waitedMs > this.#timeouts.connectMs) return 'connect';
    return this.#waiting === 'head' && waitedMs > firstByteMs ? 'first-byte' : undefined;
  }
}

/** Checks all open calls with one timer, so that a call sets none of its own. Runs only while there are calls. */
export class Watchdog {
  readonly #watches = new Set<Watch>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #lastMs = 0;

  add(watch: Watch): void {
    this.#watches.add(watch);
    if (this.#timer !== undefined) return;
    this.#lastMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), tickMs);
    this.#timer.unref();
  }

  remove(watch: Watch): void {
    this.#watches.delete(watch);
  }

  #tick(): void {
    if (this.#watches.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const nowMs = performance.now();
    const late = nowMs - this.#lastMs > lateMs;
    this.#lastMs = nowMs;
    if (!late) for (const watch of this.#watches) watch.check(nowMs);
  }
}
