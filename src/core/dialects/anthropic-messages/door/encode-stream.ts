import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, StreamEvent, Usage } from '../../../ir/index.ts';
import type { JsonDraft, JsonObject } from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import type { ReplyContext, StreamEncoder } from '../../dialect.ts';
import { own } from '../wire/dialect-name.ts';
import { encodeStop } from '../wire/stop-reason.ts';
import { encodeUsage } from '../wire/usage.ts';
import { BlockQueue } from './block-queue.ts';
import { errorMembers } from './encode-error.ts';
import { messageId } from './encode-response.ts';

type Of<K extends StreamEvent['kind']> = Extract<StreamEvent, { kind: K }>;

/** Writes the events of one message. This wire shows the first choice only. */
export class AnthropicStreamEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  readonly #blocks: BlockQueue;
  #usage: Usage | undefined;
  #choiceEnd: Of<'choice-end'> | undefined;
  #hasCalls = false;
  #closed = false;

  constructor(context: ReplyContext) {
    this.#context = context;
    this.#blocks = new BlockQueue(`toolu_${context.replyId}`);
  }

  push(event: StreamEvent): readonly SseFrame[] {
    if (this.#closed) return [];
    switch (event.kind) {
      case 'block-delta':
        return event.choice === 0 ? this.#blocks.add(event.index, event.delta) : [];
      case 'block-start':
        return event.choice === 0 ? this.#startBlock(event.index, event.block) : [];
      case 'block-end':
        return event.choice === 0 ? this.#blocks.end(event.index) : [];
      case 'response-start':
        return [this.#messageStart(event)];
      case 'usage':
        this.#usage = event.usage;
        return [];
      case 'choice-end':
        return event.choice === 0 ? this.#endChoice(event) : [];
      case 'response-end':
        return this.#messageEnd(event);
    }
  }

  fail(error: GatewayError): readonly SseFrame[] {
    if (this.#closed) return [];
    this.#closed = true;
    return [{ event: 'error', data: JSON.stringify(errorMembers(error)) }];
  }

  #startBlock(index: number, block: Block): readonly SseFrame[] {
    if (block.kind === 'tool-call') this.#hasCalls = true;
    return this.#blocks.start(index, block);
  }

  /** An answer its provider broke off has no stop reason here; a finished message would be a lie. */
  #endChoice(event: Of<'choice-end'>): readonly SseFrame[] {
    this.#choiceEnd = event;
    if (event.stop !== 'failed') return [];
    return this.fail(
      new GatewayError('upstream_error', `The provider broke the answer off (${event.rawStop || 'no reason given'}).`),
    );
  }

  #messageStart(event: Of<'response-start'>): SseFrame {
    const message: JsonObject = {
      id: messageId(event.id, this.#context),
      type: 'message',
      role: 'assistant',
      model: event.model === '' ? this.#context.request.model : event.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      ...event.extras?.[own],
      usage: this.#writeUsage(event.serviceTier),
    };
    return { event: 'message_start', data: JSON.stringify({ type: 'message_start', message }) };
  }

  #messageEnd(event: Of<'response-end'>): readonly SseFrame[] {
    const frames = [...this.#blocks.endAll()];
    this.#closed = true;
    const end = this.#choiceEnd;
    const { members, inDelta } = splitExtras(event.extras?.[own]);
    const delta: JsonObject = {
      stop_reason: end === undefined ? 'end_turn' : encodeStop(end, this.#hasCalls),
      stop_sequence: end?.stopSequence ?? null,
      ...inDelta,
    };
    const usage = this.#writeUsage(event.serviceTier);
    frames.push(
      { event: 'message_delta', data: JSON.stringify({ type: 'message_delta', delta, usage, ...members }) },
      { event: 'message_stop', data: '{"type":"message_stop"}' },
    );
    return frames;
  }

  #writeUsage(serviceTier: string | undefined): JsonObject {
    const usage = encodeUsage(this.#usage);
    return serviceTier === undefined ? usage : { ...usage, service_tier: serviceTier };
  }
}

/** Members of the message that stand in the closing delta; others stand beside it. */
const deltaMembers: ReadonlySet<string> = new Set(['container', 'stop_details']);

const splitExtras = (
  extras: JsonObject | undefined,
): { readonly members: JsonObject; readonly inDelta: JsonObject } => {
  const members: JsonDraft = {};
  const inDelta: JsonDraft = {};
  for (const [name, value] of Object.entries(extras ?? {})) (deltaMembers.has(name) ? inDelta : members)[name] = value;
  return { members, inDelta };
};
