import { framesUsage } from '../../../core/dialects/answer-usage.ts';
import type { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { DialectId, Usage } from '../../../core/ir/index.ts';
import { isObject, type JsonObject, parseJson } from '../../../core/json/json.ts';
import { type Framing, frameDecoder } from '../../../core/stream/framing.ts';
import type { SseFrame } from '../../../core/stream/sse-frame.ts';
import { isDearFrame } from '../stages/answer-limits.ts';
import { brokenFrame, isLastWord, mayBreak, nothingSaid } from './broken-frame.ts';
import { inBandError } from './in-band-error.ts';
import type { NativeGathering } from './native-gathering.ts';
import { type NativeMarks, nativeMarks } from './native-marks.ts';

const utf8 = new TextDecoder();

export interface MeterOptions {
  readonly choices?: number;
  readonly gathering?: NativeGathering | undefined;
}

/**
 * Watches a native stream's frames for the few words that matter: whether the answer became complete, whether the provider reported an error,
 * and the frames with token counts. Reads only frames that hold such a word, and all of them when several choices were asked for.
 */
export class NativeMeter {
  /** The error the provider told first, or what is wrong with its frames. */
  error: GatewayError | undefined;
  /** The provider has said its last word: whatever happens to the connection now, the answer is whole. */
  over = false;
  readonly #dialect: DialectId;
  readonly #marks: NativeMarks;
  readonly #asked: number;
  readonly #seen = new Set<number>();
  readonly #finished = new Set<number>();
  #ended = false;
  /** Something of an answer has come. Where the last word stands alone, it needs an answer before it. */
  #answered: boolean;
  readonly #framing: Framing;
  readonly #gathering: NativeGathering | undefined;
  #firstUsage: Uint8Array | undefined;
  #lastUsage: Uint8Array | undefined;
  #searches: Uint8Array | undefined;

  /** `choices`: how many the client asked for; an answer is not complete before each has ended. `gathering` sees every frame. */
  constructor(dialect: DialectId, framing: Framing, { choices = 1, gathering }: MeterOptions = {}) {
    this.#dialect = dialect;
    this.#framing = framing;
    this.#marks = nativeMarks[dialect];
    this.#answered = !this.#marks.saysDone;
    this.#asked = choices;
    this.#gathering = gathering;
  }

  /** Whether the answer became whole. Some hosts end without their dialect's last word, so that every choice has ended is enough. */
  get complete(): boolean {
    if (this.#ended) return true;
    if (this.#finished.size < this.#asked) return false;
    for (const choice of this.#seen) if (!this.#finished.has(choice)) return false;
    return true;
  }

  /** Looks at whole frames, and at their text. True when one of them carries counts. */
  push(frames: Uint8Array, text = utf8.decode(frames)): boolean {
    this.#gathering?.see(text);
    const mayFail = this.#mayFail(text);
    const odd = mayBreak(text, this.#framing);
    if (mayFail || odd || this.#mayEnd(text) || !this.#answered)
      for (const frame of framesIn(frames, this.#framing)) this.#read(frame, mayFail, odd);
    const { usage, searches } = this.#marks;
    if (searches !== undefined && text.includes(searches)) this.#searches = frames.slice();
    if (!text.includes(usage)) return false;
    // A copy, since the reader may use its buffer again.
    if (this.#firstUsage === undefined) this.#firstUsage = frames.slice();
    else this.#lastUsage = frames.slice();
    return true;
  }

  /** Token counts, from the frames that carried them; undefined when there were none that can be read. */
  usage(): Usage | undefined {
    const seen = [this.#firstUsage, this.#searches, this.#lastUsage].filter((frames) => frames !== undefined);
    if (seen.length === 0) return undefined;
    return framesUsage(this.#dialect, seen.flatMap((frames) => framesIn(frames, this.#framing)).flatMap(objectOf));
  }

  #mayFail(text: string): boolean {
    const { errorWords, errors } = this.#marks;
    for (const word of errorWords) if (text.includes(word)) return errors.test(text);
    return false;
  }

  #mayEnd(text: string): boolean {
    if (this.#asked > 1) return true;
    for (const mark of this.#marks.ends) if (text.includes(mark)) return true;
    return false;
  }

  #read(frame: SseFrame, mayFail: boolean, odd: boolean): void {
    if (mayFail) this.error ??= inBandError(frame, this.#dialect);
    if (odd) this.error ??= brokenFrame(frame);
    if (this.#marks.saysDone && isLastWord(frame)) {
      if (!this.#answered) this.error ??= nothingSaid();
      this.#ended = true;
      this.over = true;
      return;
    }
    const [data] = objectOf(frame);
    if (data === undefined) return;
    for (const choice of this.#marks.choicesIn(data)) {
      this.#seen.add(choice);
      this.#answered = true;
    }
    for (const sign of this.#marks.endOf(data, frame.event)) {
      if (sign.kind === 'choice') this.#finished.add(sign.choice);
      else {
        this.#ended = true;
        this.over ||= sign.last;
      }
    }
  }
}

/** The frames of a run of whole ones. */
export const framesIn = (bytes: Uint8Array, framing: Framing): readonly SseFrame[] => {
  const splitter = frameDecoder(framing);
  return [...splitter.push(bytes), ...splitter.end()];
};

/** A broken frame tells nothing, and one that would keep everybody waiting is not asked. */
const objectOf = (frame: SseFrame): readonly JsonObject[] => {
  if (isDearFrame(frame.data)) return [];
  const value = parseJson(frame.data);
  return isObject(value) ? [value] : [];
};
