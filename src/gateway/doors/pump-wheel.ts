/** Something to look at now and then while it is open. */
export interface Ticking {
  tick(nowMs: number): void;
}

const tickMs = 100;

/**
 * Looks at all open streams and bodies with one timer: heartbeats for silent ones, an end for unread ones and for those that come too slowly.
 * Runs only while there are any, and a tick longer, since most are gone before the first.
 */
export class PumpWheel {
  readonly #open = new Set<Ticking>();
  #timer: ReturnType<typeof setInterval> | undefined;

  add(stream: Ticking): void {
    this.#open.add(stream);
    this.#timer ??= setInterval(() => this.#tick(), tickMs);
  }

  remove(stream: Ticking): void {
    this.#open.delete(stream);
  }

  #tick(): void {
    if (this.#open.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const nowMs = performance.now();
    for (const stream of this.#open) stream.tick(nowMs);
  }
}
