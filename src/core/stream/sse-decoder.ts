import { GatewayError } from '../errors/gateway-error.ts';
import type { Decoder } from '../ir/index.ts';
import { parseJson } from '../json/json.ts';
import type { SseFrame } from './sse-frame.ts';

/** The longest frame taken: inline images arrive as one frame, anything longer is a fault. */
export const maxFrameCharacters = 48 * 1024 * 1024;

/**
 * Splits bytes into server-sent events, whatever the pieces they come in. Line ends may be LF, CRLF or CR; characters may be cut
 * between pieces; comments and frames without data are passed over. Linear in the input. A last frame without its blank line counts when its data is
 * whole (JSON, or `[DONE]`): some hosts end so. Half a frame is dropped: whether the answer was complete is for the dialect's decoder to judge.
 */
export class SseDecoder implements Decoder<Uint8Array, SseFrame> {
  readonly #text = new TextDecoder('utf-8');
  /** Text of the frame that is not complete yet, in the pieces it came. */
  #pieces: string[] = [];
  #held = 0;
  #heldNewline = false;
  #heldReturn = false;

  push(bytes: Uint8Array): readonly SseFrame[] {
    return this.#take(this.#text.decode(bytes, { stream: true }));
  }

  end(): readonly SseFrame[] {
    const rest = this.#take(this.#text.decode());
    // A lone CR at the very end is a line end after all.
    const last = this.#heldReturn ? this.#take('\n') : [];
    const tail = readFrame(this.#pieces.join('').trimEnd());
    this.#pieces = [];
    this.#held = 0;
    return [...rest, ...last, ...(tail !== undefined && isWhole(tail.data) ? [tail] : [])];
  }

  #take(decoded: string): readonly SseFrame[] {
    const text = this.#unifyLineEnds(decoded);
    if (text === '') return [];
    const boundary = this.#heldNewline && text[0] === '\n' ? -1 : text.indexOf('\n\n');
    if (boundary < 0 && !(this.#heldNewline && text[0] === '\n')) {
      this.#hold(text);
      return [];
    }
    return this.#split(this.#pieces.length === 0 ? text : this.#pieces.join('') + text);
  }

  #split(whole: string): readonly SseFrame[] {
    const frames: SseFrame[] = [];
    let start = 0;
    // The boundary can lie before the new piece only when the held text ended with a newline, so this never rescans much.
    let end = whole.indexOf('\n\n', Math.max(0, this.#held - 1));
    while (end >= 0) {
      const frame = readFrame(whole.slice(start, end));
      if (frame !== undefined) frames.push(frame);
      start = end + 2;
      end = whole.indexOf('\n\n', start);
    }
    this.#pieces = [];
    this.#held = 0;
    this.#heldNewline = false;
    if (start < whole.length) this.#hold(whole.slice(start));
    return frames;
  }

  #hold(text: string): void {
    this.#held += text.length;
    if (this.#held > maxFrameCharacters)
      throw new GatewayError('upstream_invalid', 'The provider sent a stream frame longer than 48 MB.');
    this.#pieces.push(text);
    this.#heldNewline = text.endsWith('\n');
  }

  /** CR and CRLF become LF. A CR at the end of a piece waits for the next one, which may begin with its LF. */
  #unifyLineEnds(decoded: string): string {
    if (!this.#heldReturn && !decoded.includes('\r')) return decoded;
    let text = this.#heldReturn && decoded !== '' ? `\r${decoded}` : decoded;
    if (decoded !== '') this.#heldReturn = text.endsWith('\r');
    if (this.#heldReturn && text.endsWith('\r')) text = text.slice(0, -1);
    return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  }
}

const isWhole = (data: string): boolean => data === '[DONE]' || parseJson(data) !== undefined;

/** From here on a frame is looked at before it is read. */
const manyLinesCharacters = 256 * 1024;
/** Far more than any provider sends; reading millions of them would hold all other exchanges up. */
const maxLines = 10_000;

const refuseManyLines = (text: string): void => {
  let at = -1;
  for (let count = 0; count <= maxLines; count += 1) {
    at = text.indexOf('\n', at + 1);
    if (at < 0) return;
  }
  throw new GatewayError('upstream_invalid', `The provider sent a stream frame of more than ${maxLines} lines.`);
};

/** Reads the lines of one frame; undefined when it carries no data. */
const readFrame = (text: string): SseFrame | undefined => {
  if (text.length > manyLinesCharacters) refuseManyLines(text);
  if (text.startsWith('data: ') && !text.includes('\n')) return { data: text.slice(6) };
  let event: string | undefined;
  let data: string | undefined;
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') data = data === undefined ? value : `${data}\n${value}`;
    else if (field === 'event') event = value;
  }
  if (data === undefined) return undefined;
  return event === undefined || event === '' ? { data } : { event, data };
};
