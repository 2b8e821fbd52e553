import { GatewayError } from '../errors/gateway-error.ts';
import type { Decoder } from '../ir/index.ts';
import { parseJson } from '../json/json.ts';
import { maxFrameCharacters } from './sse-decoder.ts';
import type { SseFrame } from './sse-frame.ts';

/**
 * Reads newline-delimited JSON: a frame a line, whatever the pieces the bytes come in. Blank lines are passed over. Linear in the input. A last line
 * without its newline counts when it is whole; half a line is dropped.
 */
export class LineDecoder implements Decoder<Uint8Array, SseFrame> {
  readonly #text = new TextDecoder('utf-8');
  /** Text of the line that has not ended, in the pieces it came. */
  #pieces: string[] = [];
  #held = 0;

  push(bytes: Uint8Array): readonly SseFrame[] {
    return this.#take(this.#text.decode(bytes, { stream: true }));
  }

  end(): readonly SseFrame[] {
    const frames = this.#take(this.#text.decode());
    const last = readLine(this.#pieces.join(''));
    this.#pieces = [];
    this.#held = 0;
    return last === undefined || parseJson(last.data) === undefined ? frames : [...frames, last];
  }

  #take(decoded: string): readonly SseFrame[] {
    const end = decoded.lastIndexOf('\n');
    if (end < 0) {
      this.#hold(decoded);
      return [];
    }
    this.#pieces.push(decoded.slice(0, end));
    const lines = this.#pieces.join('').split('\n');
    this.#pieces = [];
    this.#held = 0;
    this.#hold(decoded.slice(end + 1));
    return lines.map(readLine).filter((frame) => frame !== undefined);
  }

  #hold(text: string): void {
    if (text === '') return;
    this.#held += text.length;
    if (this.#held > maxFrameCharacters)
      throw new GatewayError('upstream_invalid', 'The provider sent a stream frame longer than 48 MB.');
    this.#pieces.push(text);
  }
}

const readLine = (line: string): SseFrame | undefined => {
  const data = line.trim();
  return data === '' ? undefined : { data };
};
