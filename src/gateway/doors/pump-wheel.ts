/** Something to look at now and then while it is open. */
export interface Ticking {
  tick(nowMs: number): void;
}

const tickMs = 100;

/** Looks at all open streams with one timer: heartbeats for silent ones, an end for unread ones. Runs only while there are any. */
export class PumpWheel {
  readonly #open = new Set<Ticking>();
  #timer: ReturnType<typeof setInterval> | undefined;

  add(stream: Ticking): void {
    this.#open.add(stream);
    this.#timer ??= setInterval(() => this.#tick(), tickMs);
  }

  remove(stream: Ticking): void {
    this.#open.delete(stream);
    if (this.#open.size > 0 || this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const nowMs = performance.now();
    for (const stream of this.#open) stream.tick(nowMs);
  }
}
