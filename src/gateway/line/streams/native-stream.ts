import type { StreamEncoder } from '../../../core/dialects/dialect.ts';
import { dialects } from '../../../core/dialects/index.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { DialectId, Usage } from '../../../core/ir/index.ts';
import { isArray, isObject, parseJson } from '../../../core/json/json.ts';
import { concatBytes } from '../../../core/json/span-patch.ts';
import { maskSecrets } from '../../../core/policy/mask-secrets.ts';
import { writeAwsMessage } from '../../../core/stream/aws-message.ts';
import type { Framing } from '../../../core/stream/framing.ts';
import type { SseFrame } from '../../../core/stream/sse-frame.ts';
import type { ContentFacts } from '../../../ports/exchange-sink.ts';
import type { UpstreamReply } from '../../../ports/upstream.ts';
import type { FrameSource } from '../../doors/frame-source.ts';
import type { FrameWriter } from '../../doors/frame-writer.ts';
import type { HeldIds } from '../held/held-ids.ts';
import type { Produced } from '../money/produced.ts';
import { isAuthFault } from '../telling/masked-error.ts';
import { withoutKeys } from '../telling/without-keys.ts';
import { brokenFrame, isLastWord } from './broken-frame.ts';
import type { ContentTap } from './content-tap.ts';
import { type FrameHold, frameHold, framesApart } from './frame-hold.ts';
import { inBandError } from './in-band-error.ts';
import type { NativeGathering } from './native-gathering.ts';
import { framesIn, NativeMeter } from './native-meter.ts';

/** How a native stream is passed on. */
export interface NativeStreamOptions {
  readonly dialect: DialectId;
  readonly framing: Framing;
  /** These write the in-band error when the stream breaks. */
  readonly encoder: StreamEncoder;
  readonly writer: FrameWriter;
  /** The client reads frames in another frame than the provider writes them: each one's data keeps its bytes. */
  readonly reframes: boolean;
  /** The choices the client asked for. */
  readonly choices: number;
  /** The gateway asked for usage the client did not ask for: the frame with it is taken out. */
  readonly stripUsage: boolean;
  readonly tap?: ContentTap;
  /** Where calls are charged: gathers what passes. */
  readonly gathering?: NativeGathering | undefined;
  /** Notes what the answer leaves with its provider. */
  readonly held?: HeldIds | undefined;
  /** Told how much has passed; throws when a budget ends the stream. */
  readonly spend?: ((characters: number) => void) | undefined;
  /** What the provider's own error may not repeat. */
  secrets(): readonly string[];
  /** What no frame may repeat. */
  keys(): readonly string[];
}

/** Comments and pings before the first frame that says something are held up to this size. */
const maxPreludeBytes = 64 * 1024;
const text = new TextEncoder();
const utf8 = new TextDecoder();

/** The native lane of a stream: the provider's bytes pass as they are, watched by a meter, and by a tap if somebody wants the content. */
export class NativeStream implements FrameSource {
  readonly #reply: UpstreamReply;
  readonly #options: NativeStreamOptions;
  readonly #meter: NativeMeter;
  readonly #hold: FrameHold;
  #ended = false;
  /** What came before the first frame that says something; undefined from then on. */
  #prelude: Uint8Array | undefined = new Uint8Array(0);
  #first: Uint8Array | undefined;
  /** An error that the frames given last led to; told next. */
  #next: GatewayError | undefined;

  constructor(reply: UpstreamReply, options: NativeStreamOptions) {
    this.#reply = reply;
    this.#options = options;
    this.#hold = frameHold(options.framing);
    this.#meter = new NativeMeter(options.dialect, options.framing, options);
  }

  next(): Promise<Uint8Array | undefined> {
    if (this.#next !== undefined) return Promise.reject(this.#next);
    return this.#ended ? Promise.resolve(undefined) : this.#reply.read().then(this.#take, this.#broken);
  }

  /** What of a piece goes to the client; when nothing does, the next one is read. */
  readonly #take = (piece: Uint8Array | undefined): Uint8Array | undefined | Promise<Uint8Array | undefined> => {
    if (piece === undefined) return this.#end();
    const frames = piece.length === 0 ? undefined : this.#hold.push(piece);
    return (frames === undefined ? undefined : this.#pass(frames)) ?? this.next();
  };

  /** A connection that breaks behind the last word takes nothing away. */
  readonly #broken = (error: unknown): Uint8Array | undefined => {
    if (this.#meter.over) return this.#end();
    throw error;
  };

  /** Whole frames as the client gets them; undefined when nothing is left of them. Throws an error that the stream begins with. */
  #pass(frames: Uint8Array): Uint8Array | undefined {
    const words = utf8.decode(frames);
    const counts = this.#meter.push(frames, words);
    this.#options.held?.see(frames);
    const { spend, gathering } = this.#options;
    if (spend !== undefined && gathering !== undefined) spend(gathering.characters);
    const whole = this.#prelude === undefined ? frames : this.#begin(frames, this.#prelude);
    if (whole === undefined) return undefined;
    this.#options.tap?.push(frames);
    const { error } = this.#meter;
    const passed = error !== undefined && isHeldBack(error) ? this.#before(error, whole) : whole;
    const left = counts && this.#options.stripUsage && passed !== undefined ? withoutUsage(passed) : passed;
    if (left === undefined) return undefined;
    // An error may quote a key that is not ours as well; what a model says may look like one.
    if (error !== undefined) return this.#framed(masked(left, this.#options));
    return this.#framed(this.#withoutKeys(left, left === frames ? words : utf8.decode(left)));
  }

  /**
   * The stream's first words, once a frame has come that says something: an error there is told as an ordinary error answer, so that a client's
   * own retry understands it. Undefined as long as there are only comments and pings.
   */
  #begin(frames: Uint8Array, prelude: Uint8Array): Uint8Array | undefined {
    const whole = prelude.length === 0 ? frames : Buffer.concat([prelude, frames]);
    const first = framesIn(frames, this.#options.framing).find(saysSomething);
    if (first === undefined && whole.length < maxPreludeBytes) {
      this.#prelude = whole === frames ? frames.slice() : whole;
      return undefined;
    }
    const error = first === undefined || this.#meter.error === undefined ? undefined : this.#errorIn(first);
    if (error !== undefined) throw error;
    this.#prelude = undefined;
    this.#first = frames;
    return whole;
  }

  #errorIn(frame: SseFrame): GatewayError | undefined {
    const told = inBandError(frame, this.#options.dialect) ?? brokenFrame(frame);
    return told ?? (isLastWord(frame) ? this.#meter.error : undefined);
  }

  /** `words` is the text of the frames: to search it costs a tenth of searching bytes. */
  #withoutKeys(frames: Uint8Array, words: string): Uint8Array {
    const keys = this.#options.keys();
    if (!keys.some((key) => words.includes(key))) return frames;
    return isBinary(this.#options.framing) ? maskedMessages(frames, keys) : withoutKeys(frames, keys);
  }

  /** The frames before the one that is held back. What it says is told in other words next. */
  #before(error: GatewayError, frames: Uint8Array): Uint8Array | undefined {
    this.#next = error;
    const kept: Uint8Array[] = [];
    const { framing } = this.#options;
    for (const frame of framesApart(frames, framing)) {
      const [read] = framesIn(frame, framing);
      const told = read === undefined ? undefined : this.#errorIn(read);
      if (told !== undefined && isHeldBack(told)) break;
      kept.push(frame);
    }
    return kept.length === 0 ? undefined : concatBytes(kept);
  }

  #framed(frames: Uint8Array): Uint8Array | undefined {
    // A small copy costs less on its way out than a view of the reader's buffer.
    if (!this.#options.reframes) return frames.slice();
    const { writer, framing } = this.#options;
    writer.write(framesIn(frames, framing).filter(({ data }) => data !== '[DONE]'));
    return writer.take();
  }

  /** The error the provider told in its stream, unless it went on to the end; the client has read it there. */
  get failure(): GatewayError | undefined {
    return this.#meter.complete ? undefined : this.#meter.error;
  }

  usage(): Usage | undefined {
    return this.#meter.usage();
  }

  produced(): Produced | undefined {
    return this.#options.gathering?.produced();
  }

  get whole(): boolean {
    return this.#meter.complete;
  }

  content(): ContentFacts | undefined {
    return this.#options.tap?.facts();
  }

  fail(error: GatewayError): Uint8Array | undefined {
    this.#introduce();
    const { encoder, writer } = this.#options;
    writer.write(encoder.fail(error));
    writer.end();
    return writer.take();
  }

  cancel(): void {
    this.#reply.cancel();
  }

  /** The error is about the answer that the client has seen begin, so the encoder must know its id: clients check it. */
  #introduce(): void {
    const frame =
      this.#first === undefined ? undefined : framesIn(this.#first, this.#options.framing).find(saysSomething);
    const decoder = dialects[this.#options.dialect].chat?.upstream.streamDecoder();
    if (frame === undefined || decoder === undefined) return;
    try {
      for (const event of decoder.push(frame)) if (event.kind === 'response-start') this.#options.encoder.push(event);
    } catch {
      // A stream that begins with nonsense has no id.
    }
  }

  #end(): Uint8Array | undefined {
    this.#ended = true;
    const rest = this.#hold.end();
    const out = rest === undefined ? undefined : this.#pass(rest);
    this.#options.tap?.end();
    if (this.#next !== undefined) throw this.#next;
    if (!this.#meter.complete && this.#meter.error === undefined)
      throw new GatewayError('upstream_cut', 'The provider ended the stream before the answer was complete.');
    return this.#options.reframes ? this.#closed(out) : out;
  }

  #closed(out: Uint8Array | undefined): Uint8Array | undefined {
    this.#options.writer.end();
    const end = this.#options.writer.take();
    return out === undefined || end === undefined ? (out ?? end) : concatBytes([out, end]);
  }
}

/** Words about our key are not the client's, and a frame that cannot be read is nobody's. */
const isHeldBack = (error: GatewayError): boolean => isAuthFault(error) || error.detail.upstream === undefined;

/** Pings only keep the connection awake. */
const saysSomething = ({ event, data }: SseFrame): boolean =>
  data !== '' && event !== 'ping' && !/^\{\s*"type"\s*:\s*"ping"/.test(data);

/** Takes the frame with only token counts out of a stream of OpenAI's form; every other frame keeps its bytes. */
const withoutUsage = (frames: Uint8Array): Uint8Array | undefined => {
  const kept = Buffer.from(frames)
    .toString('utf8')
    .split(/(?<=\n\n|\r\n\r\n|\r\r)/)
    .filter((frame) => !isUsageOnly(frame));
  return kept.length === 0 ? undefined : text.encode(kept.join(''));
};

const isUsageOnly = (frame: string): boolean => {
  if (!frame.includes('"usage"')) return false;
  const [read] = framesIn(text.encode(frame), 'sse');
  const chunk = read === undefined ? undefined : parseJson(read.data);
  return isObject(chunk) && isObject(chunk['usage']) && isArray(chunk['choices']) && chunk['choices'].length === 0;
};

/** The bytes themselves unless they hold a key. Of binary messages those that do are written anew, since they are checked by their sums. */
const masked = (piece: Uint8Array, { framing, secrets }: NativeStreamOptions): Uint8Array => {
  if (isBinary(framing)) return maskedMessages(piece, secrets());
  const plain = Buffer.from(piece).toString('utf8');
  const clean = maskSecrets(plain, secrets());
  return clean === plain ? piece : text.encode(clean);
};

const isBinary = (framing: Framing): boolean => framing === 'aws-event-stream' || framing === 'aws-chunks';

const maskedMessages = (piece: Uint8Array, secrets: readonly string[]): Uint8Array => {
  const frames = framesIn(piece, 'aws-event-stream');
  const clean = frames.map((frame) => ({ ...frame, data: maskSecrets(frame.data, secrets) }));
  const changed = clean.some((frame, index) => frame.data !== frames[index]?.data);
  return changed ? Buffer.concat(clean.map(writeAwsMessage)) : piece;
};
