import type { ChatUpstream, StreamEncoder } from '../../../core/dialects/dialect.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Decoder, StreamEvent, Usage } from '../../../core/ir/index.ts';
import { type Framing, frameDecoder } from '../../../core/stream/framing.ts';
import type { SseFrame } from '../../../core/stream/sse-frame.ts';
import type { ContentFacts } from '../../../ports/exchange-sink.ts';
import type { UpstreamReply } from '../../../ports/upstream.ts';
import type { FrameSource } from '../../doors/frame-source.ts';
import type { FrameWriter } from '../../doors/frame-writer.ts';
import type { EventGathering, Produced } from '../money/produced.ts';
import { checkFrame } from '../stages/answer-limits.ts';
import { textWithoutKeys } from '../telling/without-keys.ts';
import type { ContentTally } from './content-tap.ts';

export interface TranslatedStreamOptions {
  readonly upstream: ChatUpstream;
  /** The provider's. */
  readonly framing: Framing;
  readonly encoder: StreamEncoder;
  readonly writer: FrameWriter;
  /** The choices the client asked for: an answer that ends without saying so is whole when it has as many. */
  readonly choices: number;
  /** What no frame may repeat. */
  keys(): readonly string[];
  readonly tally?: ContentTally;
  /** Where calls are charged: gathers what passes. */
  readonly gathering?: EventGathering | undefined;
  /** Told the provider's own word for why it ended. */
  readonly stopped?: ((rawStop: string) => void) | undefined;
  /** Told how much has passed; throws when a budget ends the stream. */
  readonly spend?: ((characters: number) => void) | undefined;
}

/** The translated lane of a stream: provider frames → events → the client's frames, piece by piece. */
export class TranslatedStream implements FrameSource {
  readonly #reply: UpstreamReply;
  readonly #options: TranslatedStreamOptions;
  readonly #splitter: Decoder<Uint8Array, SseFrame>;
  readonly #decoder: Decoder<SseFrame, StreamEvent>;
  #usage: Usage | undefined;
  #ended = false;
  /** The provider has said its last word: whatever happens to the connection now, the answer is whole. */
  #over = false;

  constructor(reply: UpstreamReply, options: TranslatedStreamOptions) {
    this.#reply = reply;
    this.#options = options;
    this.#splitter = frameDecoder(options.framing);
    this.#decoder = options.upstream.streamDecoder();
  }

  next(): Promise<Uint8Array | undefined> {
    return this.#ended ? Promise.resolve(undefined) : this.#reply.read().then(this.#take, this.#broken);
  }

  readonly #broken = (error: unknown): Uint8Array | Promise<Uint8Array | undefined> => {
    if (this.#over) return this.#take(undefined);
    throw error;
  };

  /** What a piece becomes for the client; when it becomes nothing, the next one is read. */
  readonly #take = (piece: Uint8Array | undefined): Uint8Array | Promise<Uint8Array | undefined> => {
    if (piece === undefined) this.#end();
    else this.#encode(this.#splitter.push(piece));
    return this.#options.writer.take() ?? this.next();
  };

  readonly failure = undefined;

  usage(): Usage | undefined {
    return this.#usage;
  }

  produced(): Produced | undefined {
    return this.#options.gathering?.produced();
  }

  get whole(): boolean {
    return this.#over;
  }

  content(): ContentFacts | undefined {
    return this.#options.tally?.facts();
  }

  fail(error: GatewayError): Uint8Array | undefined {
    const { encoder, writer } = this.#options;
    writer.write(encoder.fail(error));
    writer.end();
    return writer.take();
  }

  cancel(): void {
    this.#reply.cancel();
  }

  #end(): void {
    this.#ended = true;
    this.#encode(this.#splitter.end());
    const rest = this.#decoder.end();
    if (!this.#over && !endsAll(rest, this.#options.choices))
      throw new GatewayError('upstream_cut', 'The provider ended the stream before every choice was complete.');
    this.#write(rest);
    this.#options.writer.end();
  }

  #encode(frames: readonly SseFrame[]): void {
    const keys = this.#options.keys();
    for (const frame of frames) {
      checkFrame(frame.data);
      const data = textWithoutKeys(frame.data, keys);
      this.#write(this.#decoder.push(data === frame.data ? frame : { ...frame, data }));
    }
    const { spend, gathering } = this.#options;
    if (spend !== undefined && gathering !== undefined) spend(gathering.characters);
  }

  #write(events: readonly StreamEvent[]): void {
    for (const event of events) {
      if (event.kind === 'usage') this.#usage = event.usage;
      else if (event.kind === 'response-end') this.#over = true;
      else if (event.kind === 'choice-end') this.#options.stopped?.(event.rawStop);
      this.#options.tally?.see(event);
      this.#options.gathering?.see(event);
      this.#options.writer.write(this.#options.encoder.push(event));
    }
  }
}

/** A refused prompt ends all choices at once. */
const endsAll = (events: readonly StreamEvent[], choices: number): boolean => {
  const ends = events.filter((event) => event.kind === 'choice-end');
  return ends.length >= choices || ends.some(({ stop }) => stop === 'content-filter');
};
