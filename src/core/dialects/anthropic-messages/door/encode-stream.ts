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
import { errorMembers } from './encode-error.ts';
import { messageId } from './encode-response.ts';
import { showBlock } from './shown-block.ts';

type ResponseStart = Extract<StreamEvent, { kind: 'response-start' }>;
type ChoiceEnd = Extract<StreamEvent, { kind: 'choice-end' }>;

/**
 * Writes one message as this wire's events. Blocks stand one after the other here, so what blocks that are open together say is held back
 * until the earlier one has ended. Only the first choice can be shown. The start of the message waits for the next event, which often brings
 * the count of input tokens.
 */
export class AnthropicStreamEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  readonly #blocks: BlockQueue<Block, Delta>;
  #start: ResponseStart | undefined;
  #wireIndex = -1;
  #usage: Usage | undefined;
  #end: ChoiceEnd | undefined;
  #calls = false;
  #failed = false;
  #frames: SseFrame[] = [];

  constructor(context: ReplyContext) {
    this.#context = context;
    this.#blocks = new BlockQueue((index, block) => showBlock(block, this.#sink, `toolu_${context.replyId}_${index}`));
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
    return [{ event: 'error', data: JSON.stringify(errorMembers(error)) }];
  }

  #take(event: StreamEvent): void {
    if ('choice' in event && event.choice !== 0) return;
    switch (event.kind) {
      case 'response-start':
        this.#start = event;
        return;
      case 'usage':
        this.#usage = event.usage;
        this.#writeStart();
        return;
      case 'block-start':
        this.#writeStart();
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
        this.#writeStart();
        this.#blocks.endAll();
        this.#end = event;
        return;
      case 'response-end':
        this.#writeEnd(event.serviceTier, event.extras?.[own]);
        return;
    }
  }

  readonly #sink: BlockSink = {
    open: (start = {}) => {
      this.#wireIndex += 1;
      this.#write({ type: 'content_block_start', index: this.#wireIndex, content_block: start });
    },
    delta: (delta) => this.#write({ type: 'content_block_delta', index: this.#wireIndex, delta }),
    stop: () => this.#write({ type: 'content_block_stop', index: this.#wireIndex }),
  };

  #writeStart(): void {
    const start = this.#start;
    if (start === undefined) return;
    this.#start = undefined;
    const usage = { ...encodeUsage(this.#usage), output_tokens: this.#usage?.outputTokens ?? 0 };
    const message: JsonObject = {
      id: messageId(start.id, this.#context),
      type: 'message',
      role: 'assistant',
      model: start.model === '' ? this.#context.request.model : start.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      ...start.extras?.[own],
      usage: start.serviceTier === undefined ? usage : { ...usage, service_tier: start.serviceTier },
    };
    this.#write({ type: 'message_start', message });
  }

  #writeEnd(serviceTier: string | undefined, extras: JsonObject | undefined): void {
    this.#writeStart();
    this.#blocks.endAll();
    const end = this.#end;
    const usage = encodeUsage(this.#usage);
    this.#write({
      type: 'message_delta',
      delta: {
        stop_reason: end === undefined ? 'end_turn' : encodeStop(end, this.#calls),
        stop_sequence: end?.stopSequence ?? null,
        ...extras,
      },
      usage: serviceTier === undefined ? usage : { ...usage, service_tier: serviceTier },
    });
    this.#write({ type: 'message_stop' });
  }

  #write(event: JsonObject & { readonly type: string }): void {
    this.#frames.push({ event: event.type, data: JSON.stringify(event) });
  }
}
