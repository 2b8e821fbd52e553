import type { ChatUpstream } from '../../../core/dialects/dialect.ts';
import type { Block, Decoder, StreamEvent } from '../../../core/ir/index.ts';
import { type Framing, frameDecoder } from '../../../core/stream/framing.ts';
import type { SseFrame } from '../../../core/stream/sse-frame.ts';
import type { ContentFacts } from '../../../ports/exchange-sink.ts';

/** Counts what an answer holds, event by event, without keeping it. */
export class ContentTally {
  #firstTokenMs: number | undefined;
  #stop: string | undefined;
  readonly #counts = { textBlocks: 0, thinkingBlocks: 0, toolCalls: 0 };
  readonly #sinceStartMs: () => number;

  /** `sinceStartMs` tells how long the exchange has been under way. */
  constructor(sinceStartMs: () => number) {
    this.#sinceStartMs = sinceStartMs;
  }

  see(event: StreamEvent): void {
    if (event.kind === 'block-start') {
      this.#firstTokenMs ??= this.#sinceStartMs();
      this.#count(event.block);
    } else if (event.kind === 'choice-end') this.#stop ??= event.stop;
  }

  facts(): ContentFacts {
    return {
      ...this.#counts,
      ...(this.#firstTokenMs === undefined ? {} : { firstTokenMs: this.#firstTokenMs }),
      ...(this.#stop === undefined ? {} : { stop: this.#stop }),
    };
  }

  #count(block: Block): void {
    if (block.kind === 'text') this.#counts.textBlocks += 1;
    else if (block.kind === 'thinking') this.#counts.thinkingBlocks += 1;
    else if (block.kind === 'tool-call') this.#counts.toolCalls += 1;
  }
}

/** Decodes a native stream beside it. What it cannot read it stops reading: the client's stream is never touched. */
export class ContentTap {
  readonly #splitter: Decoder<Uint8Array, SseFrame>;
  readonly #decoder: Decoder<SseFrame, StreamEvent>;
  readonly #tally: ContentTally;
  #broken = false;

  constructor(upstream: ChatUpstream, framing: Framing, tally: ContentTally) {
    this.#splitter = frameDecoder(framing);
    this.#decoder = upstream.streamDecoder();
    this.#tally = tally;
  }

  push(piece: Uint8Array): void {
    this.#guarded(() => this.#take(this.#splitter.push(piece)));
  }

  end(): void {
    this.#guarded(() => {
      this.#take(this.#splitter.end());
      for (const event of this.#decoder.end()) this.#tally.see(event);
    });
  }

  facts(): ContentFacts {
    return this.#tally.facts();
  }

  #take(frames: readonly SseFrame[]): void {
    for (const frame of frames) for (const event of this.#decoder.push(frame)) this.#tally.see(event);
  }

  #guarded(run: () => void): void {
    if (this.#broken) return;
    try {
      run();
    } catch {
      this.#broken = true;
    }
  }
}
