import { framesUsage } from '../../../core/dialects/answer-usage.ts';
import type { DialectId, Usage } from '../../../core/ir/index.ts';
import { isObject, type JsonObject, parseJson } from '../../../core/json/json.ts';
import { type Framing, frameDecoder } from '../../../core/stream/framing.ts';
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
  readonly #framing: Framing;
  #firstUsage: Uint8Array | string | undefined;
  #lastUsage: Uint8Array | string | undefined;

  constructor(dialect: DialectId, framing: Framing) {
    this.#dialect = dialect;
    this.#framing = framing;
    this.#marks = nativeMarks[dialect];
  }

  /** Looks at whole frames. True when one of them carries counts. */
  push(frames: Uint8Array): boolean {
    const text = `\n${utf8.decode(frames)}`;
    if (!this.complete) this.complete = this.#marks.complete.some((mark) => text.includes(mark));
    if (!this.failed) this.failed = this.#marks.failed.some((mark) => text.includes(mark));
    if (!text.includes(this.#marks.usage)) return false;
    // Text that is there anyway; of binary messages a copy, since the reader may use its buffer again.
    const kept = this.#framing === 'sse' || this.#framing === 'ndjson' ? text : frames.slice();
    if (this.#firstUsage === undefined) this.#firstUsage = kept;
    else this.#lastUsage = kept;
    return true;
  }

  /** Token counts, from the frames that carried them; undefined when there were none that can be read. */
  usage(): Usage | undefined {
    const seen = [this.#firstUsage, this.#lastUsage].filter((frames) => frames !== undefined);
    return seen.length === 0 ? undefined : framesUsage(this.#dialect, readFrames(seen, this.#framing));
  }
}

/** The frames that are JSON objects; a broken one carries no counts. */
const readFrames = (seen: readonly (Uint8Array | string)[], framing: Framing): readonly JsonObject[] => {
  const encoder = new TextEncoder();
  return seen.flatMap((frames) => {
    const splitter = frameDecoder(framing);
    return [...splitter.push(typeof frames === 'string' ? encoder.encode(frames) : frames), ...splitter.end()]
      .map((frame) => parseJson(frame.data))
      .filter((value) => isObject(value));
  });
};
