/** How much of what was under way is left after a sign of overload. */
const decrease = 0.75;
/** Signs that come closer together are one. */
const oneSignMs = 1000;
/** After so long without a sign there is no limit any more, as long as it is not what holds calls back. */
const forgetMs = 60_000;

/**
 * A limit on calls at one time that is found by trying: it falls by a quarter with each sign of overload and rises by one with every good answer while it is used up. There is
 * none until a sign comes. The first sign only says that counting is worth while: what was under way before is not known.
 */
export class AdaptiveLimit {
  readonly #least: number;
  #limit: number | undefined;
  #signAtMs: number | undefined;
  #counting = false;

  constructor(least: number) {
    this.#least = least;
  }

  /** Undefined while there is none. */
  get limit(): number | undefined {
    return this.#limit === undefined ? undefined : Math.floor(this.#limit);
  }

  /** Whether calls have to be counted. */
  get counting(): boolean {
    return this.#counting;
  }

  overloaded(nowMs: number, underWay: number): void {
    const sign = this.#signAtMs === undefined || nowMs - this.#signAtMs >= oneSignMs;
    if (!sign) return;
    this.#signAtMs = nowMs;
    if (this.#counting) {
      const before = Math.min(this.#limit ?? Number.POSITIVE_INFINITY, Math.max(underWay, this.#least));
      this.#limit = Math.max(this.#least, before * decrease);
    }
    this.#counting = true;
  }

  /** A call ended well while so many were under way. */
  succeeded(nowMs: number, underWay: number): void {
    if (this.#signAtMs === undefined) return;
    if (nowMs - this.#signAtMs > forgetMs && underWay < (this.#limit ?? Number.POSITIVE_INFINITY)) {
      this.#limit = undefined;
      this.#signAtMs = undefined;
      this.#counting = false;
    } else if (this.#limit !== undefined && underWay >= Math.floor(this.#limit) * 0.9) this.#limit += 1;
  }
}
