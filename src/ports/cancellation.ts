/**
 * Says once that nobody waits for an answer any more. An `AbortSignal` without its cost: most exchanges are never cancelled, and a signal
 * for each of them is a measurable part of a small request.
 */
export class Cancellation {
  #cancelled = false;
  #listener: (() => void) | undefined;
  #others: (() => void)[] | undefined;

  get cancelled(): boolean {
    return this.#cancelled;
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    const first = this.#listener;
    const others = this.#others;
    this.#listener = undefined;
    this.#others = undefined;
    first?.();
    for (const run of others ?? []) run();
  }

  /** Runs `listener` when cancelled; at once when that has happened. */
  listen(listener: () => void): void {
    if (this.#cancelled) listener();
    else if (this.#listener === undefined) this.#listener = listener;
    else {
      this.#others ??= [];
      this.#others.push(listener);
    }
  }

  forget(listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined;
    else if (this.#others !== undefined) this.#others = this.#others.filter((other) => other !== listener);
  }
}
