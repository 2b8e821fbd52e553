import type { StreamEncoder } from '../../../core/dialects/dialect.ts';
import { dialects } from '../../../core/dialects/index.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { DialectId, Usage } from '../../../core/ir/index.ts';
import { isArray, isObject, parseJson } from '../../../core/json/json.ts';
import { maskSecrets } from '../../../core/policy/mask-secrets.ts';
import { writeAwsMessage } from '../../../core/stream/aws-message.ts';
import { type Framing, frameDecoder } from '../../../core/stream/framing.ts';
import { SseDecoder } from '../../../core/stream/sse-decoder.ts';
import type { ContentFacts } from '../../../ports/exchange-sink.ts';
import type { UpstreamReply } from '../../../ports/upstream.ts';
import type { FrameSource } from '../../doors/frame-source.ts';
import type { FrameWriter } from '../../doors/frame-writer.ts';
import type { ContentTap } from './content-tap.ts';
import { type FrameHold, frameHold } from './frame-hold.ts';
import { NativeMeter } from './native-meter.ts';

/** How a native stream is passed on. */
export interface NativeStreamOptions {
  readonly dialect: DialectId;
  readonly framing: Framing;
  /** These write the in-band error when the stream breaks. */
  readonly encoder: StreamEncoder;
  readonly writer: FrameWriter;
  /** The gateway asked for usage the client did not ask for: the frame with it is taken out. */
  readonly stripUsage: boolean;
  readonly tap?: ContentTap;
  /** Keys that the provider's own error may not repeat. */
  readonly secrets: readonly string[];
}

/** The native lane of a stream: the provider's bytes pass as they are, watched by a meter, and by a tap if somebody wants the content. */
export class NativeStream implements FrameSource {
  readonly #reply: UpstreamReply;
  readonly #options: NativeStreamOptions;
  readonly #meter: NativeMeter;
  readonly #hold: FrameHold;
  #ended = false;
  #first: Uint8Array | undefined;

  constructor(reply: UpstreamReply, options: NativeStreamOptions) {
    this.#reply = reply;
    this.#options = options;
    this.#hold = frameHold(options.framing);
    this.#meter = new NativeMeter(options.dialect, options.framing);
  }

  next(): Promise<Uint8Array | undefined> {
    return this.#ended ? Promise.resolve(undefined) : this.#reply.read().then(this.#take);
  }

  /** What of a piece goes to the client; when nothing does, the next one is read. */
  readonly #take = (piece: Uint8Array | undefined): Uint8Array | undefined | Promise<Uint8Array | undefined> => {
    if (piece === undefined) return this.#end();
    const frames = piece.length === 0 ? undefined : this.#hold.push(piece);
    return (frames === undefined ? undefined : this.#pass(frames)) ?? this.next();
  };

  /** Whole frames as the client gets them; undefined when nothing is left of them. */
  #pass(frames: Uint8Array): Uint8Array | undefined {
    this.#first ??= frames;
    const counts = this.#meter.push(frames);
    this.#options.tap?.push(frames);
    const left = counts && this.#options.stripUsage ? withoutUsage(frames) : frames;
    // Only a stream that reported an error is looked into: the error may quote the key.
    if (left !== undefined && this.#meter.failed) return masked(left, this.#options);
    // A small copy costs less on its way out than a view of the reader's buffer.
    return left?.slice();
  }

  /** Whether the provider reported an error in its stream; the client has read it there. */
  get failed(): boolean {
    return this.#meter.failed && !this.#meter.complete;
  }

  usage(): Usage | undefined {
    return this.#meter.usage();
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
    const [frame] = this.#first === undefined ? [] : frameDecoder(this.#options.framing).push(this.#first);
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
    if (!this.#meter.complete && !this.#meter.failed)
      throw new GatewayError('upstream_cut', 'The provider ended the stream before the answer was complete.');
    return out;
  }
}

/** Takes the frame with only token counts out of a stream of OpenAI's form; every other frame keeps its bytes. */
const withoutUsage = (frames: Uint8Array): Uint8Array | undefined => {
  const kept: string[] = [];
  for (const text of Buffer.from(frames)
    .toString('utf8')
    .split(/(?<=\n\n|\r\n\r\n|\r\r)/))
    if (!isUsageOnly(text)) kept.push(text);
  return kept.length === 0 ? undefined : Buffer.from(kept.join(''), 'utf8');
};

const isUsageOnly = (text: string): boolean => {
  if (!text.includes('"usage"')) return false;
  const splitter = new SseDecoder();
  const [frame] = [...splitter.push(new TextEncoder().encode(text)), ...splitter.end()];
  const chunk = frame === undefined ? undefined : parseJson(frame.data);
  return isObject(chunk) && isObject(chunk['usage']) && isArray(chunk['choices']) && chunk['choices'].length === 0;
};

/** The bytes themselves unless they hold a key. Of binary messages those that do are written anew, since they are checked by their sums. */
const masked = (piece: Uint8Array, { framing, secrets }: NativeStreamOptions): Uint8Array => {
  if (framing === 'aws-event-stream' || framing === 'aws-chunks') return maskedMessages(piece, secrets);
  const text = Buffer.from(piece).toString('utf8');
  const clean = maskSecrets(text, secrets);
  return clean === text ? piece : Buffer.from(clean, 'utf8');
};

const maskedMessages = (piece: Uint8Array, secrets: readonly string[]): Uint8Array => {
  const frames = frameDecoder('aws-event-stream').push(piece);
  const clean = frames.map((frame) => ({ ...frame, data: maskSecrets(frame.data, secrets) }));
  const changed = clean.some((frame, index) => frame.data !== frames[index]?.data);
  return changed ? Buffer.concat(clean.map(writeAwsMessage)) : piece;
};
