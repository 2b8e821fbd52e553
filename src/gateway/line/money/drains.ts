import { Cancellation } from '../../../ports/cancellation.ts';
import type { Clock } from '../../../ports/clock.ts';

/** So many abandoned answers are read to their end at once, each for so long; what is beyond is closed and charged as far as it passed. */
const mostDrains = 32;
const longestMs = 120_000;

/** Answers that nobody waits for any more, and that are read to their end because their provider bills them to it. */
export class Drains {
  readonly #clock: Clock;
  readonly #open = new Set<Drain>();
  #whenEmpty: (() => void) | undefined;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** For one call, before it is sent. */
  drain(): Drain {
    return new Drain((drain) => this.#enter(drain));
  }

  /** Ends all of them, and none begins any more; resolves when each is settled. */
  close(): Promise<void> {
    this.#closed = true;
    for (const drain of this.#open) drain.provider.cancel();
    return this.#open.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#whenEmpty = resolve;
        });
  }

  #enter(drain: Drain): (() => void) | undefined {
    if (this.#closed || this.#open.size >= mostDrains) return undefined;
    this.#open.add(drain);
    const cancelTimer = this.#clock.after(longestMs, () => drain.provider.cancel());
    return () => {
      cancelTimer();
      this.#open.delete(drain);
      if (this.#open.size === 0) this.#whenEmpty?.();
    };
  }
}

/** One call to such a provider: its client's leaving does not end it while there is room. */
export class Drain {
  /** Ends the provider's part, in place of the client's leaving. */
  readonly provider = new Cancellation();
  readonly #enter: (drain: Drain) => (() => void) | undefined;
  #leave: (() => void) | undefined;
  #over = false;

  constructor(enter: (drain: Drain) => (() => void) | undefined) {
    this.#enter = enter;
  }

  /** The client is gone. True when the answer is read on; else the provider's part has ended. */
  begin(): boolean {
    // A client may close its connection after its answer, too.
    if (this.#over) return false;
    if (this.#leave !== undefined) return !this.provider.cancelled;
    this.#leave = this.provider.cancelled ? undefined : this.#enter(this);
    if (this.#leave === undefined) this.provider.cancel();
    return this.#leave !== undefined;
  }

  /** The call is settled. */
  end(): void {
    this.#over = true;
    this.#leave?.();
    this.#leave = undefined;
  }
}
