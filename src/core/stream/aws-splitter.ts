import { concatBytes } from '../json/span-patch.ts';
import { messageLength, preludeBytes } from './aws-message.ts';

/**
 * Cuts the bytes of an AWS event stream where messages end, whatever pieces they come in: gives runs of whole messages, byte for byte. Looks at
 * preludes only. Linear in the input. Throws `upstream_invalid` when the bytes are no such stream.
 */
export class AwsSplitter {
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** Bytes that must be here before the next step: a prelude, or a whole message. */
  #needed = preludeBytes;

  /** Whole messages in one run; undefined when none has ended. */
  push(piece: Uint8Array): Uint8Array | undefined {
    if (this.#heldBytes + piece.length < this.#needed) {
      this.#hold(piece);
      return undefined;
    }
    const bytes = this.#heldBytes === 0 ? piece : concatBytes([...this.#held, piece]);
    const end = this.#walk(bytes);
    this.#held = [];
    this.#heldBytes = 0;
    if (end < bytes.length) this.#hold(bytes.subarray(end));
    return end === 0 ? undefined : bytes.subarray(0, end);
  }

  /** The offset behind the last whole message; notes what the next one needs. */
  #walk(bytes: Uint8Array): number {
    let end = 0;
    while (bytes.length - end >= preludeBytes) {
      const length = messageLength(bytes.subarray(end, end + preludeBytes));
      this.#needed = length;
      if (bytes.length - end < length) return end;
      end += length;
    }
    this.#needed = preludeBytes;
    return end;
  }

  #hold(piece: Uint8Array): void {
    if (piece.length === 0) return;
    // A copy, since the reader may use its buffer again.
    this.#held.push(piece.slice());
    this.#heldBytes += piece.length;
  }
}
