/** How often a look is taken, and so the least time without work before memory is given back. */
const lookMs = 500;
/** Fewer exchanges than these leave little behind. */
const worthExchanges = 2000;

/** What the gateway does with its memory when nothing is going on. `Bun.shrink` would also forget compiled code, and the next minute would pay for it. */
const giveBack = (): void => Bun.gc(true);

/**
 * Gives memory back to the system when nothing is going on: after the start, and after every couple of thousand exchanges. The collector alone
 * would keep what a busy minute needed. A collection stops the process for some milliseconds, so it waits for a moment without exchanges.
 */
export class IdleMemory {
  readonly #openExchanges: () => number;
  readonly #collect: () => void;
  #sinceCollected = worthExchanges;
  #sinceLook = 0;

  constructor(openExchanges: () => number, collect: () => void = giveBack) {
    this.#openExchanges = openExchanges;
    this.#collect = collect;
  }

  /** Looks now and then until the returned function is called. */
  watch(): () => void {
    const timer = setInterval(() => this.look(), lookMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  /** An exchange is over. */
  settled(): void {
    this.#sinceLook++;
  }

  look(): void {
    const quiet = this.#sinceLook === 0 && this.#openExchanges() === 0;
    this.#sinceCollected += this.#sinceLook;
    this.#sinceLook = 0;
    if (!quiet || this.#sinceCollected < worthExchanges) return;
    this.#sinceCollected = 0;
    this.#collect();
  }
}
