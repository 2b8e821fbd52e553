import type { ChatUpstream, StreamEncoder } from '../../../core/dialects/dialect.ts';
import type { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Decoder, StreamEvent, Usage } from '../../../core/ir/index.ts';
import { SseDecoder } from '../../../core/stream/sse-decoder.ts';
import type { SseFrame } from '../../../core/stream/sse-frame.ts';
import type { ContentFacts } from '../../../ports/exchange-sink.ts';
import type { UpstreamReply } from '../../../ports/upstream.ts';
import type { FrameSource } from '../../doors/frame-source.ts';
import type { FrameWriter } from '../../doors/frame-writer.ts';
import type { ContentTally } from './content-tap.ts';

export interface TranslatedStreamOptions {
  readonly upstream: ChatUpstream;
  readonly encoder: StreamEncoder;
  readonly writer: FrameWriter;
  readonly tally?: ContentTally;
}

const text = new TextEncoder();

/** The translated lane of a stream: provider frames → events → the client's frames, piece by piece. */
export class TranslatedStream implements FrameSource {
  readonly #reply: UpstreamReply;
  readonly #options: TranslatedStreamOptions;
  readonly #splitter = new SseDecoder();
  readonly #decoder: Decoder<SseFrame, StreamEvent>;
  #usage: Usage | undefined;
  #ended = false;

  constructor(reply: UpstreamReply, options: TranslatedStreamOptions) {
    this.#reply = reply;
    this.#options = options;
    this.#decoder = options.upstream.streamDecoder();
  }

  next(): Promise<Uint8Array | undefined> {
    return this.#ended ? Promise.resolve(undefined) : this.#reply.read().then(this.#take);
  }

  /** What a piece becomes for the client; when it becomes nothing, the next one is read. */
  readonly #take = (piece: Uint8Array | undefined): Uint8Array | Promise<Uint8Array | undefined> => {
    const out = piece === undefined ? this.#end() : this.#encode(this.#splitter.push(piece));
    return out === '' ? this.next() : text.encode(out);
  };

  readonly failed = false;

  usage(): Usage | undefined {
    return this.#usage;
  }

  content(): ContentFacts | undefined {
    return this.#options.tally?.facts();
  }

  fail(error: GatewayError): string {
    return this.#options.writer.write(this.#options.encoder.fail(error)) + this.#options.writer.end();
  }

  cancel(): void {
    this.#reply.cancel();
  }

  #end(): string {
    this.#ended = true;
    const last = this.#encode(this.#splitter.end());
    return last + this.#write(this.#decoder.end()) + this.#options.writer.end();
  }

  #encode(frames: readonly SseFrame[]): string {
    let out = '';
    for (const frame of frames) out += this.#write(this.#decoder.push(frame));
    return out;
  }

  #write(events: readonly StreamEvent[]): string {
    let out = '';
    for (const event of events) {
      if (event.kind === 'usage') this.#usage = event.usage;
      this.#options.tally?.see(event);
      out += this.#options.writer.write(this.#options.encoder.push(event));
    }
    return out;
  }
}
