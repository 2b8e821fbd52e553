/**
 * An estimate of the connections each origin holds open for us. The client does not say whether a call went over a kept connection or a
 * new one, and only a reset on a kept one may be repeated.
 */
export class IdleConnections {
  readonly #counts = new Map<string, number>();

  /** Takes one if there is one, and says so. */
  take(origin: string): boolean {
    const count = this.#counts.get(origin) ?? 0;
    if (count === 0) return false;
    this.#counts.set(origin, count - 1);
    return true;
  }

  /** A reset says that the provider closes kept connections, so none of the others is trusted. */
  forget(origin: string): void {
    this.#counts.delete(origin);
  }

  put(origin: string): void {
    this.#counts.set(origin, (this.#counts.get(origin) ?? 0) + 1);
  }
}
