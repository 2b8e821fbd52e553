import { framesUsage } from '../../../core/dialects/answer-usage.ts';
import type { DialectId, Usage } from '../../../core/ir/index.ts';
import { isObject, type JsonObject, parseJson } from '../../../core/json/json.ts';
import { SseDecoder } from '../../../core/stream/sse-decoder.ts';
import { type NativeMarks, nativeMarks } from './native-marks.ts';

const utf8 = new TextDecoder();

/**
 * Watches a native stream's frames for the few words that matter: whether the answer became complete, whether the provider reported an error,
 * and the frames with token counts. Reads no frame until the end.
 */
export class NativeMeter {
  complete = false;
  failed = false;
  readonly #dialect: DialectId;
  readonly #marks: NativeMarks;
  #firstUsage: string | undefined;
  #lastUsage: string | undefined;

  constructor(dialect: DialectId) {
    this.#dialect = dialect;
    this.#marks = nativeMarks[dialect];
  }

  /** Looks at whole frames. True when one of them carries counts. */
  push(frames: Uint8Array): boolean {
    const text = `\n${utf8.decode(frames)}`;
    if (!this.complete) this.complete = this.#marks.complete.some((mark) => text.includes(mark));
    if (!this.failed) this.failed = this.#marks.failed.some((mark) => text.includes(mark));
    if (!text.includes(this.#marks.usage)) return false;
    if (this.#firstUsage === undefined) this.#firstUsage = text;
    else this.#lastUsage = text;
    return true;
  }

  /** Token counts, from the frames that carried them; undefined when there were none that can be read. */
  usage(): Usage | undefined {
    const seen = [this.#firstUsage, this.#lastUsage].filter((text) => text !== undefined);
    return seen.length === 0 ? undefined : framesUsage(this.#dialect, readFrames(seen));
  }
}

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
