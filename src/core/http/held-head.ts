import { notHttp } from './answer-head.ts';

const cr = 0x0d;
const lf = 0x0a;

/** Of all heads of one answer, the provisional ones included. */
const maxHeadBytes = 64 * 1024;

/** Waits for the empty line that ends a head. A head that comes whole is not copied. */
export class HeldHead {
  #bytes = new Uint8Array(0);
  #used = 0;
  #taken = 0;

  /** Where the head ends in `piece`, counted from its start, and the head itself; undefined while it is incomplete. Throws `upstream_invalid`. */
  push(piece: Uint8Array, at: number): { readonly head: Uint8Array; readonly next: number } | undefined {
    const end = this.#used === 0 ? headEnd(piece, at, at) : -1;
    if (end >= 0) {
      this.#count(end - at);
      return { head: piece.subarray(at, end), next: end };
    }
    const before = this.#used;
    this.#append(piece.subarray(at));
    // The end may have begun in the pieces before: it is at most four bytes long.
    const heldEnd = before === 0 ? -1 : headEnd(this.#bytes.subarray(0, this.#used), Math.max(0, before - 3), 0);
    if (heldEnd < 0) return undefined;
    const head = this.#bytes.slice(0, heldEnd);
    this.#taken -= this.#used - heldEnd;
    this.#used = 0;
    return { head, next: at + heldEnd - before };
  }

  #append(piece: Uint8Array): void {
    this.#count(piece.length);
    if (this.#used + piece.length > this.#bytes.length) {
      const wider = new Uint8Array(Math.max(1024, 2 * (this.#used + piece.length)));
      wider.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = wider;
    }
    this.#bytes.set(piece, this.#used);
    this.#used += piece.length;
  }

  #count(bytes: number): void {
    this.#taken += bytes;
    if (this.#taken > maxHeadBytes) throw notHttp(`its head is longer than ${maxHeadBytes} bytes`);
  }
}

/** The place behind the first empty line; -1 when there is none. A line feed at `from` counts when it is not the head's first byte. */
const headEnd = (bytes: Uint8Array, from: number, start: number): number => {
  for (let at = bytes.indexOf(lf, from); at >= 0; at = bytes.indexOf(lf, at + 1)) {
    if (bytes[at + 1] === lf) return at + 2;
    if (bytes[at + 1] === cr && bytes[at + 2] === lf) return at + 3;
    if (at === start || (at === start + 1 && bytes[start] === cr)) throw notHttp('it begins with an empty line');
  }
  return -1;
};
