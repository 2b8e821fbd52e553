import { notHttp } from './answer-head.ts';

const cr = 0x0d;
const lf = 0x0a;
const tab = 0x09;
const space = 0x20;
const semicolon = 0x3b;

/** More digits would pass the largest exact number. */
const maxDigits = 13;
/** Of the extensions of one chunk, and of all trailers. */
const maxLineBytes = 16 * 1024;

/** Takes a body in chunks apart, in whatever pieces it comes. Extensions and trailers are read over. */
export class ChunkedBody {
  ended = false;
  /** Where the body's bytes of the last piece begin and end, and where its unread rest begins. */
  from = 0;
  to = 0;
  rest = 0;
  #state: 'size' | 'extension' | 'size-end' | 'data' | 'data-end' | 'data-line-end' | 'trailer' = 'size';
  #left = 0;
  #digits = 0;
  #lineBytes = 0;
  #lineEmpty = true;

  /** Moves the body's bytes of `piece`, from `at` on, together: the piece is changed. Throws `upstream_invalid`. */
  push(piece: Uint8Array, at: number): void {
    let next = at;
    let from = -1;
    let to = at;
    while (next < piece.length && !this.ended) {
      if (this.#state !== 'data') {
        this.#step(piece[next] ?? 0);
        next += 1;
        continue;
      }
      const end = Math.min(piece.length, next + this.#left);
      if (from < 0) from = to = next;
      else piece.copyWithin(to, next, end);
      to += end - next;
      this.#left -= end - next;
      next = end;
      if (this.#left === 0) this.#state = 'data-end';
    }
    this.from = from < 0 ? to : from;
    this.to = to;
    this.rest = next;
  }

  #step(byte: number): void {
    switch (this.#state) {
      case 'size':
        this.#size(byte);
        break;
      case 'extension':
        this.#count();
        if (byte === lf) this.#begin();
        break;
      case 'size-end':
        if (byte !== lf) broken();
        this.#begin();
        break;
      case 'data-end':
        if (byte === cr) this.#state = 'data-line-end';
        else this.#endData(byte);
        break;
      case 'data-line-end':
        this.#endData(byte);
        break;
      case 'trailer':
        this.#trailer(byte);
        break;
      case 'data':
    }
  }

  #size(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#left = this.#left * 16 + digit;
      this.#digits += 1;
      if (this.#digits > maxDigits) broken();
      return;
    }
    if (this.#digits === 0) broken();
    if (byte === lf) this.#begin();
    else if (byte === cr) this.#state = 'size-end';
    else if (byte === semicolon || byte === space || byte === tab) this.#state = 'extension';
    else broken();
  }

  #begin(): void {
    this.#state = this.#left === 0 ? 'trailer' : 'data';
    this.#lineBytes = 0;
    this.#lineEmpty = true;
  }

  #endData(byte: number): void {
    if (byte !== lf) broken();
    this.#state = 'size';
    this.#digits = 0;
  }

  #trailer(byte: number): void {
    this.#count();
    if (byte === lf) {
      this.ended = this.#lineEmpty;
      this.#lineEmpty = true;
    } else if (byte !== cr) this.#lineEmpty = false;
  }

  #count(): void {
    this.#lineBytes += 1;
    if (this.#lineBytes > maxLineBytes) throw notHttp('a chunk says more beside its data than is taken');
  }
}

const broken = (): never => {
  throw notHttp('a chunk of its body is broken');
};

const hexDigit = (byte: number): number => {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
};
