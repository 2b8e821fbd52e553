import type { Timeouts } from '../../core/catalog/active-provider.ts';

/** Which limit passed. */
export type Expired = 'connect' | 'first-byte' | 'idle' | 'total';

const tickMs = 20;

/**
 * The time limits of one call. `waiting` says what the call waits for now: the head, a piece of the body, or nothing (the client is reading,
 * which is not the provider's fault).
 */
export class Watch {
  readonly #timeouts: Timeouts;
  readonly #expire: (what: Expired) => void;
  readonly #probe: () => void;
  readonly #startedMs = performance.now();
  #waiting: 'head' | 'piece' | 'nothing' = 'head';
  #sinceMs = this.#startedMs;
  #probed = false;

  constructor(timeouts: Timeouts, on: { readonly expire: (what: Expired) => void; readonly probe: () => void }) {
    this.#timeouts = timeouts;
    this.#expire = on.expire;
    this.#probe = on.probe;
  }

  get startedMs(): number {
    return this.#startedMs;
  }

  waitFor(what: 'piece' | 'nothing'): void {
    this.#waiting = what;
    this.#sinceMs = performance.now();
  }

  check(nowMs: number): void {
    const expired = this.#expired(nowMs);
    if (expired !== undefined) this.#expire(expired);
    else if (!this.#probed && this.#waiting === 'head' && nowMs - this.#sinceMs >= this.#timeouts.connectMs / 2) {
      this.#probed = true;
      this.#probe();
    }
  }

  #expired(nowMs: number): Expired | undefined {
    const { totalMs, idleMs, firstByteMs } = this.#timeouts;
    if (nowMs - this.#startedMs > totalMs) return 'total';
    const waitedMs = nowMs - this.#sinceMs;
    if (this.#waiting === 'piece' && waitedMs > idleMs) return 'idle';
    return this.#waiting === 'head' && waitedMs > firstByteMs ? 'first-byte' : undefined;
  }
}

/** Checks all open calls with one timer, so that a call sets none of its own. Runs only while there are calls. */
export class Watchdog {
  readonly #watches = new Set<Watch>();
  #timer: ReturnType<typeof setInterval> | undefined;

  add(watch: Watch): void {
    this.#watches.add(watch);
    if (this.#timer !== undefined) return;
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
    for (const watch of this.#watches) watch.check(nowMs);
  }
}
