import { randomBytes } from 'node:crypto';
import type { Ids } from '../../ports/ids.ts';

/** Ids of 24 letters and digits: the time in 9 (base 36), a random start of this process in 10, a count in 5. */
export class RandomIds implements Ids {
  readonly #process = BigInt(`0x${randomBytes(7).toString('hex')}`)
    .toString(36)
    .padStart(11, '0')
    .slice(-10);
  #count = 0;

  next(): string {
    this.#count = (this.#count + 1) % 60_466_176;
    return Date.now().toString(36).padStart(9, '0') + this.#process + this.#count.toString(36).padStart(5, '0');
  }
}
