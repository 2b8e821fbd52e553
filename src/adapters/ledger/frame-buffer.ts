import {
  frameHeadBytes,
  maxRecordBytes,
  sealFrame,
  summedFrom,
  writeFrameHead,
} from '../../core/ledger/journal-frame.ts';

const usualBytes = 64 * 1024;

/** Whether a reader takes it for a record. A UTF-16 unit never needs more than three bytes, so that most are not counted. */
export const fitsFrame = (text: string): boolean =>
  text.length * 3 <= maxRecordBytes || Buffer.byteLength(text) <= maxRecordBytes;

/** Frames that wait to be written, one behind the other in memory that is used again and again: every call writes some. */
export class FrameBuffer {
  #bytes = new Uint8Array(usualBytes);
  /** The same memory: its writer of text is the fastest there is. */
  #text = Buffer.from(this.#bytes.buffer);
  #from = 0;
  #to = 0;

  /** Where they stand: from `from` to `to`. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#to;
  }

  get length(): number {
    return this.#to - this.#from;
  }

  /** Throws for a text that does not fit. */
  add(text: string, at: { readonly sequence: number; readonly epoch: number }): void {
    // A UTF-16 unit never needs more than three bytes.
    this.#makeRoom(frameHeadBytes + text.length * 3);
    const bytes = this.#text.write(text, this.#to + frameHeadBytes);
    if (bytes > maxRecordBytes) throw new RangeError(`A record of ${bytes} bytes is longer than the journal takes.`);
    const end = this.#to + frameHeadBytes + bytes;
    writeFrameHead(this.#bytes, { from: this.#to, to: end }, at);
    sealFrame(this.#bytes, this.#to, Bun.hash.crc32(this.#bytes.subarray(this.#to + summedFrom, end)));
    this.#to = end;
  }

  /** The last so many bytes, in memory of their own. */
  copyOf(last: number): Uint8Array {
    return this.#bytes.slice(this.#to - last, this.#to);
  }

  /** Adds a frame that was made before. */
  addFrame(frame: Uint8Array): void {
    this.#makeRoom(frame.length);
    this.#bytes.set(frame, this.#to);
    this.#to += frame.length;
  }

  /** The first `bytes` were written. */
  took(bytes: number): void {
    this.#from += bytes;
    if (this.#from === this.#to) this.clear();
  }

  clear(): void {
    this.#from = 0;
    this.#to = 0;
    // What a full disk made it grow to is not needed any more.
    if (this.#bytes.length > usualBytes) this.#use(new Uint8Array(usualBytes));
  }

  #makeRoom(bytes: number): void {
    if (this.#to + bytes <= this.#bytes.length) return;
    const wider = new Uint8Array(Math.max(this.#bytes.length, 2 * (this.length + bytes)));
    wider.set(this.#bytes.subarray(this.#from, this.#to));
    this.#to -= this.#from;
    this.#from = 0;
    this.#use(wider);
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#text = Buffer.from(bytes.buffer);
  }
}
