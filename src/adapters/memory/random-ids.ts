import { randomBytes } from 'node:crypto';
import type { Ids } from '../../ports/ids.ts';

/** A process hands out this many ids before the part that counts begins anew. */
const countLimit = 36 ** 5;

/** Ids of 24 letters and digits: the time in 9 (base 36), a random start of this process in 10, a count in 5. */
export class RandomIds implements Ids {
  readonly #process = BigInt(`0x${randomBytes(7).toString('hex')}`)
    .toString(36)
    .padStart(11, '0')
    .slice(-10);
  #count = 0;
  #timeMs = 0;
  /** The first 19 characters, which only change with the clock. */
  #head = '';

  next(): string {
    const nowMs = Date.now();
    if (nowMs !== this.#timeMs) {
      this.#timeMs = nowMs;
      this.#head = nowMs.toString(36).padStart(9, '0') + this.#process;
    }
    this.#count = (this.#count + 1) % countLimit;
    return this.#head + this.#count.toString(36).padStart(5, '0');
  }
}
