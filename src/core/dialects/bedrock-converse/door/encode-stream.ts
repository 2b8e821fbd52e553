import type { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, Delta, StreamEvent, Usage } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import { BlockQueue } from '../../../stream/block-queue.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import type { ReplyContext, StreamEncoder } from '../../dialect.ts';
import type { BlockSink } from '../../shown/shown-block.ts';
import { own } from '../wire/dialect-name.ts';
import { encodeStop } from '../wire/stop-reason.ts';
import { encodeUsage } from '../wire/usage.ts';
import { errorFrame } from './encode-error.ts';
import { metricsOf } from './encode-response.ts';
import { showBlock } from './shown-block.ts';

type ChoiceEnd = Extract<StreamEvent, { kind: 'choice-end' }>;

/**
 * Writes one message as this wire's events. Blocks stand one after the other, as its clients expect, so what blocks that are open together say is held
 * back until the earlier one has ended. Only the first choice can be shown. Why the answer ended and what it cost come last.
 */
export class ConverseStreamEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  readonly #blocks: BlockQueue<Block, Delta>;
  #wireIndex = -1;
  #usage: Usage | undefined;
  #end: ChoiceEnd | undefined;
  #calls = false;
  #failed = false;
  #frames: SseFrame[] = [];

  constructor(context: ReplyContext) {
    this.#context = context;
    this.#blocks = new BlockQueue((index, block) =>
      showBlock(block, this.#sink, `tooluse_${context.replyId}_${index}`),
    );
  }

  push(event: StreamEvent): readonly SseFrame[] {
    if (this.#failed) return [];
    this.#take(event);
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }

  fail(error: GatewayError): readonly SseFrame[] {
    if (this.#failed) return [];
    this.#failed = true;
    return [errorFrame(error)];
  }

  #take(event: StreamEvent): void {
    if ('choice' in event && event.choice !== 0) return;
    switch (event.kind) {
      case 'response-start':
        this.#write('messageStart', { role: 'assistant' });
        return;
      case 'usage':
        this.#usage = event.usage;
        return;
      case 'block-start':
        if (event.block.kind === 'tool-call') this.#calls = true;
        this.#blocks.start(event.index, event.block);
        return;
      case 'block-delta':
        this.#blocks.add(event.index, event.delta);
        return;
      case 'block-end':
        this.#blocks.end(event.index);
        return;
      case 'choice-end':
        this.#blocks.endAll();
        this.#end = event;
        return;
      case 'response-end':
        this.#writeEnd(event.serviceTier, event.extras?.[own] ?? {});
        return;
    }
  }

  readonly #sink: BlockSink = {
    open: (start) => {
      this.#wireIndex += 1;
      if (start !== undefined) this.#write('contentBlockStart', { start, contentBlockIndex: this.#wireIndex });
    },
    delta: (delta) => this.#write('contentBlockDelta', { delta, contentBlockIndex: this.#wireIndex }),
    stop: () => this.#write('contentBlockStop', { contentBlockIndex: this.#wireIndex }),
  };

  #writeEnd(serviceTier: string | undefined, extras: JsonObject): void {
    this.#blocks.endAll();
    const end = this.#end;
    const { additionalModelResponseFields: fields, ...others } = extras;
    this.#write('messageStop', {
      stopReason: end === undefined ? 'end_turn' : encodeStop(end, this.#calls),
      ...(fields === undefined ? {} : { additionalModelResponseFields: fields }),
    });
    this.#write('metadata', {
      usage: encodeUsage(this.#usage),
      metrics: metricsOf(this.#context),
      ...(serviceTier === undefined ? {} : { serviceTier: { type: serviceTier } }),
      ...others,
    });
  }

  #write(event: string, data: JsonObject): void {
    this.#frames.push({ event, data: JSON.stringify(data) });
  }
}
