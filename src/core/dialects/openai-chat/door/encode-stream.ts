import type { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, Delta, StreamEvent, Usage } from '../../../ir/index.ts';
import type { Json, JsonObject } from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import type { ReplyContext, StreamEncoder } from '../../dialect.ts';
import { own } from '../wire/own.ts';
import { writeStop } from '../wire/stop-reason.ts';
import { writeUsage } from '../wire/usage.ts';
import { hidesThinking, isLegacyClient } from './client-manners.ts';
import { encodeError } from './encode-error.ts';
import { StreamBlock, type StreamBlockKind } from './stream-block.ts';

interface OpenChoice {
  readonly blocks: Map<number, StreamBlock>;
  calls: number;
  details: number;
  textLength: number;
  refused: boolean;
}

/** Writes an answer as chunks. Everything a chunk repeats is written once and kept as text. */
export class ChatStreamEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  readonly #legacy: boolean;
  readonly #silent: boolean;
  readonly #choices = new Map<number, OpenChoice>();
  #head = '';
  #usage: Usage | undefined;
  #opening: JsonObject = {};

  constructor(context: ReplyContext) {
    this.#context = context;
    this.#legacy = isLegacyClient(context.request);
    this.#silent = hidesThinking(context.request);
  }

  push(event: StreamEvent): readonly SseFrame[] {
    switch (event.kind) {
      case 'response-start':
        return this.#start(event);
      case 'block-start':
        return this.#startBlock(event.choice, event.index, event.block);
      case 'block-delta':
        return this.#addDelta(event.choice, event.index, event.delta);
      case 'block-end':
        return this.#endBlock(event.choice, event.index);
      case 'usage':
        this.#usage = event.usage;
        return [];
      case 'choice-end':
        return this.#endChoice(event);
      case 'response-end':
        return this.#end(event);
    }
  }

  /** Clients raise an error for any chunk with an `error` member, and take `[DONE]` for success; so none follows. */
  fail(error: GatewayError): readonly SseFrame[] {
    return [{ data: JSON.stringify(encodeError(error)) }];
  }

  #start(event: Extract<StreamEvent, { kind: 'response-start' }>): readonly SseFrame[] {
    const { request, replyId, nowSeconds } = this.#context;
    const head = {
      id: event.id === '' ? `chatcmpl-${replyId}` : event.id,
      object: 'chat.completion.chunk',
      created: event.createdSeconds ?? nowSeconds,
      model: event.model === '' ? request.model : event.model,
      ...(event.serviceTier === undefined ? {} : { service_tier: event.serviceTier }),
      ...event.extras?.[own],
    };
    this.#opening = head;
    this.#head = `${JSON.stringify(head).slice(0, -1)},"choices":[`;
    return this.#openChoice(0);
  }

  #openChoice(index: number): readonly SseFrame[] {
    if (this.#choices.has(index)) return [];
    this.#choices.set(index, { blocks: new Map(), calls: 0, details: 0, textLength: 0, refused: false });
    return [this.#chunk(index, '{"role":"assistant","content":""}')];
  }

  #startBlock(index: number, blockIndex: number, block: Block): readonly SseFrame[] {
    const frames = [...this.#openChoice(index)];
    const choice = this.#choices.get(index);
    const writer = choice && this.#writerFor(choice, block);
    if (choice === undefined || writer === undefined) return frames;
    choice.blocks.set(blockIndex, writer);
    choice.refused ||= block.kind === 'refusal';
    for (const delta of writer.start(block)) frames.push(this.#chunk(index, JSON.stringify(delta)));
    choice.textLength += block.kind === 'text' ? block.text.length : 0;
    return frames;
  }

  #writerFor(choice: OpenChoice, block: Block): StreamBlock | undefined {
    const kind = kindOf(block);
    if (kind === 'thinking' && this.#silent) return undefined;
    if (kind === undefined || (kind === 'call' && this.#legacy && choice.calls > 0)) return undefined;
    return new StreamBlock({
      kind,
      legacy: this.#legacy,
      callIndex: kind === 'call' ? choice.calls++ : 0,
      replyId: this.#context.replyId,
      textStart: choice.textLength,
      // A summary's seal stands in an entry of its own.
      detailIndex: kind === 'thinking' ? takeDetail(choice, block) : 0,
    });
  }

  #addDelta(index: number, blockIndex: number, delta: Delta): readonly SseFrame[] {
    const choice = this.#choices.get(index);
    const writer = choice?.blocks.get(blockIndex);
    if (choice === undefined || writer === undefined) return [];
    if (delta.kind === 'text' && writer.kind === 'text') {
      choice.textLength += delta.text.length;
      writer.count(delta.text.length);
      return [this.#chunk(index, `{"content":${JSON.stringify(delta.text)}}`)];
    }
    if (delta.kind === 'logprobs') return [this.#chunk(index, '{}', writer.logprobs(delta.logprobs))];
    const written = writer.delta(delta);
    return written === undefined ? [] : [this.#chunk(index, JSON.stringify(written))];
  }

  #endBlock(index: number, blockIndex: number): readonly SseFrame[] {
    const choice = this.#choices.get(index);
    const writer = choice?.blocks.get(blockIndex);
    if (choice === undefined || writer === undefined) return [];
    choice.blocks.delete(blockIndex);
    return writer.end().map((delta) => this.#chunk(index, JSON.stringify(delta)));
  }

  #endChoice(event: Extract<StreamEvent, { kind: 'choice-end' }>): readonly SseFrame[] {
    const { message, ...extras } = event.extras?.[own] ?? {};
    const opened = this.#openChoice(event.choice);
    const choice = {
      index: event.choice,
      delta: (message as JsonObject | undefined) ?? {},
      finish_reason: writeStop(event.stop, {
        legacy: this.#legacy,
        shown: this.#choices.get(event.choice)?.refused ?? false,
      }),
      ...extras,
    };
    return [...opened, { data: `${this.#head}${JSON.stringify(choice)}]}` }];
  }

  #end(event: Extract<StreamEvent, { kind: 'response-end' }>): readonly SseFrame[] {
    const late = lateMembers(event, this.#opening);
    const wantsUsage = this.#context.request.streamUsage === true && this.#usage !== undefined;
    const usage = wantsUsage && this.#usage !== undefined ? { usage: writeUsage(this.#usage) } : {};
    const done = { data: '[DONE]' };
    // A chunk without choices breaks clients that asked for no usage, so a tier alone is not worth one.
    const worthSaying = wantsUsage || Object.keys(late).some((name) => name !== 'service_tier');
    if (!worthSaying) return [done];
    return [{ data: JSON.stringify({ ...this.#opening, ...late, choices: [], ...usage }) }, done];
  }

  #chunk(index: number, delta: string, logprobs?: Json): SseFrame {
    const extra = logprobs === undefined ? '' : `,"logprobs":${JSON.stringify(logprobs)}`;
    return { data: `${this.#head}{"index":${index},"delta":${delta}${extra},"finish_reason":null}]}` };
  }
}

const takeDetail = (choice: OpenChoice, block: Block): number => {
  const index = choice.details;
  choice.details += block.kind === 'thinking' && block.form === 'summary' ? 2 : 1;
  return index;
};

const kindOf = (block: Block): StreamBlockKind | undefined => {
  switch (block.kind) {
    case 'text':
    case 'thinking':
    case 'refusal':
      return block.kind;
    case 'tool-call':
      return 'call';
    case 'media':
      return block.media === 'audio' ? 'audio' : block.media === 'image' ? 'image' : undefined;
    case 'opaque':
    case 'tool-result':
      return undefined;
  }
};

/** Members that came only at the end, or changed since the start. */
const lateMembers = (event: Extract<StreamEvent, { kind: 'response-end' }>, opening: JsonObject): JsonObject => {
  const tier = event.serviceTier === undefined ? {} : { service_tier: event.serviceTier };
  const members = { ...tier, ...event.extras?.[own] };
  return Object.fromEntries(Object.entries(members).filter(([name, value]) => opening[name] !== value));
};
