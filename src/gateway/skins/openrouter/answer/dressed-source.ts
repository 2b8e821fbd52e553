import type { GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { DialectId } from '../../../../core/ir/index.ts';
import { isObject, type JsonObject, parseJson } from '../../../../core/json/json.ts';
import { SseDecoder } from '../../../../core/stream/sse-decoder.ts';
import { type SseFrame, writeSseFrame } from '../../../../core/stream/sse-frame.ts';
import type { FrameSource } from '../../../doors/frame-source.ts';
import type { Decoded, LineTools } from '../../../line/records.ts';
import { ChatDresser } from './chat-dresser.ts';
import { Dressing } from './dressing.ts';
import type { FrameDresser, ReadFrame } from './frame-dresser.ts';
import { MessagesDresser } from './messages-dresser.ts';
import { ResponsesDresser } from './responses-dresser.ts';

const utf8 = new TextEncoder();

/** Said while a provider is silent. */
export const processingComment = ': OPENROUTER PROCESSING\n\n';

const dresserOf = (dialect: DialectId, dressing: Dressing, nowSeconds: number): FrameDresser | undefined => {
  switch (dialect) {
    case 'openai-chat':
      return new ChatDresser(dressing, { object: 'chat.completion.chunk', nowSeconds });
    case 'openai-completions':
      return new ChatDresser(dressing, { object: 'text_completion', nowSeconds });
    case 'openai-responses':
      return new ResponsesDresser(dressing);
    case 'anthropic-messages':
      return new MessagesDresser(dressing);
    default:
      return undefined;
  }
};

/** How a stream of OpenRouter's face is written; undefined for formats it does not have. */
export const frameDresserOf = (
  { door, settlement, config, body }: Decoded,
  tools: LineTools,
): FrameDresser | undefined =>
  dresserOf(door.reply, new Dressing({ settlement, config, body }), Math.floor(tools.clock.wallMs() / 1000));

/** Settles the exchange with what its source has learnt; resolves when everything is written down. */
export type SettleStream = (bytes: number, stop: string | undefined) => Promise<void>;

/**
 * A stream as OpenRouter writes it: every frame is read and written anew, and its last ones wait until the money is settled, since they tell what the
 * answer cost and clients ask for its record right after them.
 */
export class DressedSource implements FrameSource {
  readonly #source: FrameSource;
  readonly #dresser: FrameDresser;
  readonly #settle: SettleStream;
  readonly #splitter = new SseDecoder();
  #held: ReadFrame[] | undefined;
  #bytes = 0;
  #ended = false;

  constructor(source: FrameSource, dresser: FrameDresser, settle: SettleStream) {
    this.#source = source;
    this.#dresser = dresser;
    this.#settle = settle;
  }

  /** The bytes a stream begins with. */
  begin(first: Uint8Array | undefined): Uint8Array | undefined {
    return first === undefined ? undefined : this.#dressed(first);
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#ended) return undefined;
    for (;;) {
      const piece = await this.#source.next();
      if (piece === undefined) return this.#end();
      const dressed = this.#dressed(piece);
      if (dressed !== undefined) return dressed;
    }
  }

  fail(error: GatewayError): Uint8Array | undefined {
    const own = this.#source.fail(error);
    const splitter = new SseDecoder();
    const frames = own === undefined ? [] : [...splitter.push(own), ...splitter.end()].map(read);
    this.#ended = true;
    return this.#write(this.#dresser.fail(error, frames));
  }

  get failure(): GatewayError | undefined {
    return this.#source.failure;
  }

  usage(): ReturnType<FrameSource['usage']> {
    return this.#source.usage();
  }

  content(): ReturnType<FrameSource['content']> {
    return this.#source.content();
  }

  produced(): ReturnType<FrameSource['produced']> {
    return this.#source.produced();
  }

  get whole(): boolean {
    return this.#source.whole;
  }

  cancel(): void {
    this.#source.cancel();
  }

  async #end(): Promise<Uint8Array | undefined> {
    this.#ended = true;
    const rest = this.#take(this.#splitter.end());
    await this.#settle(this.#bytes, this.#dresser.stop);
    const { failure } = this.#source;
    const frames =
      failure === undefined ? this.#dresser.end(this.#held ?? []) : this.#dresser.fail(failure, this.#held ?? []);
    return this.#write([...rest, ...frames]);
  }

  #dressed(piece: Uint8Array): Uint8Array | undefined {
    return this.#write(this.#take(this.#splitter.push(piece)));
  }

  #take(frames: readonly SseFrame[]): readonly SseFrame[] {
    const out: SseFrame[] = [];
    for (const frame of frames) {
      const one = read(frame);
      if (this.#held === undefined && this.#dresser.begins(one)) this.#held = [];
      if (this.#held !== undefined) this.#held.push(one);
      else {
        const dressed = this.#dresser.dress(one);
        if (dressed !== undefined) out.push(dressed);
      }
    }
    return out;
  }

  #write(frames: readonly SseFrame[]): Uint8Array | undefined {
    if (frames.length === 0) return undefined;
    const bytes = utf8.encode(frames.map(writeSseFrame).join(''));
    this.#bytes += bytes.length;
    return bytes;
  }
}

const read = (frame: SseFrame): ReadFrame => ({ frame, data: objectIn(frame) });

const objectIn = ({ data }: SseFrame): JsonObject | undefined => {
  const value = data.startsWith('{') ? parseJson(data) : undefined;
  return isObject(value) ? value : undefined;
};
