import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { AwsSplitter } from '../../../core/stream/aws-splitter.ts';
import { type Framing, frameDecoder } from '../../../core/stream/framing.ts';
import { maxFrameCharacters } from '../../../core/stream/sse-decoder.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;
/** The longest blank line is CRLF twice; one that is cut has at most this much in the piece before. */
const contextBytes = 3;

/**
 * Cuts a stream's bytes where frames end, whatever pieces they come in: what it gives is whole frames, byte for byte, and the rest waits. So
 * a comment or an error never lands inside half a frame, and whoever looks for words sees frames whole. Linear in the input.
 */
export interface FrameHold {
  /** Whole frames, or undefined when none has ended. Throws `upstream_invalid` for a frame beyond the limit. */
  push(piece: Uint8Array): Uint8Array | undefined;
  /** What waits when the input has ended: a last frame without its end, when it is whole. Half a frame is dropped. */
  end(): Uint8Array | undefined;
}

export const frameHold = (framing: Framing): FrameHold => {
  switch (framing) {
    case 'sse':
      return new TextHold('sse', { endsFrame: endsWithBlankLine, lastFrameEnd: lastBlankLine });
    case 'ndjson':
      return new TextHold('ndjson', { endsFrame: endsWithNewline, lastFrameEnd: lastNewline });
    case 'aws-event-stream':
    case 'aws-chunks':
      return new AwsHold();
  }
};

/** Whole frames as pieces of which each holds one; empty lines behind it stay with it. */
export function* framesApart(frames: Uint8Array, framing: Framing): Generator<Uint8Array, undefined> {
  const hold = frameHold(framing);
  const pieceEnd = framing === 'sse' || framing === 'ndjson' ? lineEndAfter : messageEndAfter;
  for (let at = 0; at < frames.length; ) {
    const end = pieceEnd(frames, at);
    const frame = hold.push(frames.subarray(at, end));
    if (frame !== undefined) yield frame;
    at = end;
  }
  return undefined;
}

/** Behind the line that begins at `from`, and the line ends after it. */
const lineEndAfter = (bytes: Uint8Array, from: number): number => {
  let at = from;
  while (at < bytes.length && !isLineEnd(bytes[at])) at += 1;
  while (at < bytes.length && isLineEnd(bytes[at])) at += 1;
  return at;
};

const isLineEnd = (byte: number | undefined): boolean => byte === newline || byte === carriageReturn;

/** A binary message begins with its length. */
const messageEndAfter = (bytes: Uint8Array, from: number): number => {
  const length = bytes.length - from < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset + from).getUint32(0);
  return Math.min(bytes.length, from + Math.max(1, length));
};

/** A message tells its own length, so the last one of a stream is whole or dropped. */
class AwsHold implements FrameHold {
  readonly #splitter = new AwsSplitter();

  push(piece: Uint8Array): Uint8Array | undefined {
    return this.#splitter.push(piece);
  }

  end(): undefined {
    return undefined;
  }
}

/** Where frames of a text framing end. */
interface FrameEnds {
  endsFrame(piece: Uint8Array): boolean;
  /** The offset behind the last end; 0 or less when there is none. */
  lastFrameEnd(buffer: Buffer): number;
}

class TextHold implements FrameHold {
  readonly #framing: Framing;
  readonly #ends: FrameEnds;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** The last bytes of what is held. */
  #context: Uint8Array = new Uint8Array(0);

  constructor(framing: Framing, ends: FrameEnds) {
    this.#framing = framing;
    this.#ends = ends;
  }

  push(piece: Uint8Array): Uint8Array | undefined {
    // Nearly every piece is one whole frame, or several.
    if (this.#heldBytes === 0 && this.#ends.endsFrame(piece)) return piece;
    const window = Buffer.concat([this.#context, piece]);
    const end = this.#ends.lastFrameEnd(window) - this.#context.length;
    if (end <= 0) {
      this.#hold(piece);
      return undefined;
    }
    const whole = Buffer.concat([...this.#held, piece.subarray(0, end)]);
    this.#held = [];
    this.#heldBytes = 0;
    this.#context = new Uint8Array(0);
    if (end < piece.length) this.#hold(piece.subarray(end));
    return whole;
  }

  end(): Uint8Array | undefined {
    if (this.#heldBytes === 0) return undefined;
    const rest = Buffer.concat(this.#held);
    const splitter = frameDecoder(this.#framing);
    return splitter.push(rest).length + splitter.end().length > 0 ? rest : undefined;
  }

  #hold(piece: Uint8Array): void {
    this.#heldBytes += piece.length;
    if (this.#heldBytes > maxFrameCharacters) {
      throw new GatewayError('upstream_invalid', 'The provider sent a stream frame longer than 48 MB.');
    }
    // A copy, since the reader may use its buffer again.
    this.#held.push(piece.slice());
    this.#context = Buffer.concat([this.#context, piece.subarray(-contextBytes)]).subarray(-contextBytes);
  }
}

const endsWithBlankLine = (piece: Uint8Array): boolean =>
  piece.length > 1 && piece[piece.length - 1] === newline && piece[piece.length - 2] === newline;

/** With any of the three line ends. */
const lastBlankLine = (buffer: Buffer): number =>
  Math.max(...blankLines.map((blank) => (buffer.lastIndexOf(blank) + 1 || 1 - blank.length) - 1 + blank.length));

const blankLines = ['\n\n', '\r\n\r\n', '\r\r'] as const;

const endsWithNewline = (piece: Uint8Array): boolean => piece[piece.length - 1] === newline;

const lastNewline = (buffer: Buffer): number => buffer.lastIndexOf(newline) + 1;
