const bucketMs = 1000;
const spanMs = 60_000;
/** The bucket a minute ago is only half over, and counts whole: so no minute, wherever it begins, ever holds more than was allowed. */
const buckets = spanMs / bucketMs + 1;

/** What was taken in the last minute, in steps of a second. */
export class SlidingSum {
  readonly #counts = new Float64Array(buckets);
  /** The number of the newest bucket. */
  #newest = 0;
  #total = 0;

  /** Takes some at a moment; answers the place it can be corrected at. */
  add(count: number, atMs: number): number {
    this.#roll(atMs);
    this.#put(this.#newest, count);
    return this.#newest;
  }

  /** Changes what was taken at a place. What has left the minute cannot be given back; more than was taken then counts from now. */
  correct(place: number, change: number, atMs: number): void {
    this.#roll(atMs);
    if (place > this.#newest - buckets) this.#put(place, change);
    else if (change > 0) this.#put(this.#newest, change);
  }

  total(atMs: number): number {
    this.#roll(atMs);
    return this.#total;
  }

  /** How long until no more than `most` is left of what has been taken; 0: it is so now. */
  msUntil(most: number, atMs: number): number {
    this.#roll(atMs);
    let left = this.#total;
    for (let place = this.#newest - buckets + 1; left > most && place <= this.#newest; place++) {
      left -= this.#counts[slot(place)] ?? 0;
      if (left <= most) return (place + buckets) * bucketMs - atMs;
    }
    return 0;
  }

  #put(place: number, count: number): void {
    const index = slot(place);
    const before = this.#counts[index] ?? 0;
    const after = Math.max(0, before + count);
    this.#counts[index] = after;
    this.#total += after - before;
  }

  #roll(atMs: number): void {
    const now = Math.floor(atMs / bucketMs);
    if (now <= this.#newest) return;
    if (now - this.#newest >= buckets) {
      this.#counts.fill(0);
      this.#total = 0;
    } else
      for (let place = this.#newest + 1; place <= now; place++) {
        this.#total -= this.#counts[slot(place)] ?? 0;
        this.#counts[slot(place)] = 0;
      }
    this.#newest = now;
  }
}

const slot = (place: number): number => place % buckets;
