import { framesUsage } from '../../../core/dialects/answer-usage.ts';
import type { DialectId, Usage } from '../../../core/ir/index.ts';
import { isObject, type JsonObject, parseJson } from '../../../core/json/json.ts';
import { SseDecoder } from '../../../core/stream/sse-decoder.ts';
import { longestMark, type NativeMarks, nativeMarks } from './native-marks.ts';

/**
 * Watches a native stream's bytes for the few words that matter: whether the answer became complete, whether the provider reported an error,
 * and the frames with token counts. Reads no frame until the end.
 */
export class NativeMeter {
  complete = false;
  failed = false;
  readonly #dialect: DialectId;
  readonly #marks: NativeMarks;
  /** The frame that is not complete yet, in the pieces it came, and whether it holds the usage mark. */
  #pieces: string[] = [];
  #sawUsage = false;
  /** The end of the last piece, since a mark may be cut between two. */
  #overlap = '';
  #firstUsage: string | undefined;
  #lastUsage: string | undefined;

  constructor(dialect: DialectId) {
    this.#dialect = dialect;
    this.#marks = nativeMarks[dialect];
  }

  push(piece: Uint8Array): void {
    const text = textOf(piece);
    const window = this.#overlap + text;
    if (!this.complete) this.complete = this.#marks.complete.some((mark) => window.includes(mark));
    if (!this.failed) this.failed = this.#marks.failed.some((mark) => window.includes(mark));
    if (window.includes(this.#marks.usage)) this.#sawUsage = true;
    if (endsFrame(piece)) {
      this.#endFrames(text, text.length);
      // No mark begins before a blank line's second newline.
      this.#overlap = '\n';
      return;
    }
    const end = lastBoundary(window) - this.#overlap.length;
    if (end > 0) this.#endFrames(text, end);
    else this.#pieces.push(text);
    this.#overlap = window.slice(-longestMark);
  }

  /** Token counts, from the frames that carried them; undefined when there were none that can be read. */
  usage(): Usage | undefined {
    const seen = [this.#firstUsage, this.#lastUsage].filter((text) => text !== undefined);
    return seen.length === 0 ? undefined : framesUsage(this.#dialect, readFrames(seen));
  }

  #endFrames(text: string, end: number): void {
    if (this.#sawUsage) this.#keepUsage(this.#pieces.join('') + text.slice(0, end));
    const rest = text.slice(end);
    this.#pieces = rest === '' ? [] : [rest];
    this.#sawUsage = rest.includes(this.#marks.usage);
  }

  #keepUsage(frames: string): void {
    if (!frames.includes(this.#marks.usage)) return;
    if (this.#firstUsage === undefined) this.#firstUsage = frames;
    else this.#lastUsage = frames;
  }
}

const newline = 0x0a;

/** Nearly every piece is one whole frame, or several. */
const endsFrame = (piece: Uint8Array): boolean =>
  piece.length > 1 && piece[piece.length - 1] === newline && piece[piece.length - 2] === newline;

/** The offset behind the last blank line; 0 when there is none. */
const lastBoundary = (text: string): number => {
  const plain = text.lastIndexOf('\n\n') + 2;
  const carriage = text.includes('\r') ? text.lastIndexOf('\r\n\r\n') + 4 : 0;
  return Math.max(plain === 1 ? 0 : plain, carriage === 3 ? 0 : carriage);
};

/** The frames that are JSON objects; a broken one carries no counts. */
const readFrames = (texts: readonly string[]): readonly JsonObject[] => {
  const encoder = new TextEncoder();
  return texts.flatMap((text) => {
    const splitter = new SseDecoder();
    return [...splitter.push(encoder.encode(text)), ...splitter.end()]
      .map((frame) => parseJson(frame.data))
      .filter((value) => isObject(value));
  });
};

const utf8 = new TextDecoder();

/** Marks are ASCII, so a character cut between two pieces does no harm. */
const textOf = (piece: Uint8Array): string => utf8.decode(piece);
