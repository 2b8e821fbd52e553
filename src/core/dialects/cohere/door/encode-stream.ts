import type { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, Citation, Delta, StreamEvent, Usage } from '../../../ir/index.ts';
import type { Json, JsonObject } from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import type { ReplyContext, StreamEncoder } from '../../dialect.ts';
import { type DocumentNames, writeCitations } from '../wire/citations.ts';
import { writeLogprob } from '../wire/logprobs.ts';
import { writeStop } from '../wire/stop-reason.ts';
import { writeShownCall } from '../wire/tool-calls.ts';
import { writeUsage } from '../wire/usage.ts';
import { encodeError } from './encode-error.ts';
import { namesIn, type Shown, shownBlock } from './shown-answer.ts';

interface OpenBlock {
  readonly kind: Shown['kind'];
  /** The place among the content's parts or among the calls, which are counted apart. */
  readonly index: number;
  /** A custom tool's input, which is free text, has to become JSON and so is written whole. */
  readonly held?: string[];
  text: string;
  readonly citations: Citation[];
}

/** Writes an answer as the events of /v2/chat. Content and calls are counted apart, citations are told before the end of their part. */
export class CohereStreamEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  readonly #names: DocumentNames;
  readonly #open = new Map<number, OpenBlock>();
  #parts = 0;
  #calls = 0;
  #citations = 0;
  #usage: Usage | undefined;
  #stop = 'COMPLETE';
  #refused = false;

  constructor(context: ReplyContext) {
    this.#context = context;
    this.#names = namesIn(context.request);
  }

  push(event: StreamEvent): readonly SseFrame[] {
    // The wire has one choice.
    if ('choice' in event && event.choice !== 0) return [];
    switch (event.kind) {
      case 'response-start':
        return [this.#start(event.id)];
      case 'block-start':
        return this.#startBlock(event.index, event.block);
      case 'block-delta':
        return this.#addDelta(event.index, event.delta);
      case 'block-end':
        return this.#endBlock(event.index);
      case 'usage':
        this.#usage = event.usage;
        return [];
      case 'choice-end':
        this.#stop = writeStop(event.stop, this.#refused);
        return [];
      case 'response-end':
        return [frame('message-end', { delta: this.#ending() }), { data: '[DONE]' }];
    }
  }

  fail(error: GatewayError): readonly SseFrame[] {
    const { message } = encodeError(error, this.#context.replyId);
    return [frame('message-end', { delta: { error: message, finish_reason: 'ERROR' } })];
  }

  #start(id: string): SseFrame {
    const message = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
    return frame('message-start', { id: id === '' ? this.#context.replyId : id, delta: { message } });
  }

  #ending(): JsonObject {
    return { finish_reason: this.#stop, ...(this.#usage === undefined ? {} : { usage: writeUsage(this.#usage) }) };
  }

  #startBlock(index: number, block: Block): readonly SseFrame[] {
    const shown = shownBlock(block);
    this.#refused ||= block.kind === 'refusal';
    switch (shown?.kind) {
      case undefined:
        return [];
      case 'plan':
        this.#keep(index, { kind: 'plan', index: 0 });
        return shown.text === '' ? [] : [planDelta(shown.text)];
      case 'part': {
        const place = this.#parts++;
        return [contentFrame('content-start', place, shown.part), frame('content-end', { index: place })];
      }
      case 'call':
        return this.#startCall(index, shown);
      case 'text':
      case 'thinking': {
        const open = this.#keep(index, { kind: shown.kind, index: this.#parts++ });
        if (block.kind === 'text' && block.citations !== undefined) open.citations.push(...block.citations);
        const start = contentFrame('content-start', open.index, {
          type: shown.kind,
          [shown.kind]: '',
          ...shown.members,
        });
        return shown.text === '' ? [start] : [start, this.#textDelta(open, shown.text)];
      }
    }
  }

  #startCall(index: number, { call }: Extract<Shown, { kind: 'call' }>): readonly SseFrame[] {
    const custom = call.custom === true;
    const open = this.#keep(index, { kind: 'call', index: this.#calls++, ...(custom ? { held: [] } : {}) });
    open.held?.push(call.argumentsJson);
    const wire = writeShownCall(call);
    const body = { ...(wire['function'] as JsonObject), arguments: custom ? '' : call.argumentsJson };
    open.text = call.argumentsJson;
    return [callFrame('tool-call-start', open.index, { ...wire, function: body })];
  }

  #keep(index: number, block: Pick<OpenBlock, 'kind' | 'index' | 'held'>): OpenBlock {
    const open = { ...block, text: '', citations: [] };
    this.#open.set(index, open);
    return open;
  }

  #addDelta(index: number, delta: Delta): readonly SseFrame[] {
    const open = this.#open.get(index);
    if (open === undefined) return [];
    switch (delta.kind) {
      case 'text':
        return open.kind === 'plan' ? [planDelta(delta.text)] : [this.#textDelta(open, delta.text)];
      case 'arguments':
        if (open.held !== undefined) {
          open.held.push(delta.text);
          return [];
        }
        open.text += delta.text;
        return [callDelta(open.index, delta.text)];
      case 'citation':
        open.citations.push(delta.citation);
        return [];
      case 'logprobs':
        return delta.logprobs.map((token) =>
          frame('content-delta', {
            index: open.index,
            delta: { message: { content: { text: '' } } },
            logprobs: writeLogprob(token),
          }),
        );
      // This wire has no signatures and no media, and what else is kept of a block stands in its start.
      case 'seal':
      case 'data':
      case 'meta':
        return [];
    }
  }

  #textDelta(open: OpenBlock, text: string): SseFrame {
    open.text += text;
    const member = open.kind === 'thinking' ? 'thinking' : 'text';
    return {
      event: 'content-delta',
      data: `{"type":"content-delta","index":${open.index},"delta":{"message":{"content":{"${member}":${JSON.stringify(text)}}}}}`,
    };
  }

  #endBlock(index: number): readonly SseFrame[] {
    const open = this.#open.get(index);
    this.#open.delete(index);
    switch (open?.kind) {
      case undefined:
      case 'plan':
      case 'part':
        return [];
      case 'call': {
        const end = frame('tool-call-end', { index: open.index });
        if (open.held !== undefined) return [callDelta(open.index, JSON.stringify({ text: open.held.join('') })), end];
        return open.text === '' ? [callDelta(open.index, '{}'), end] : [end];
      }
      case 'text':
      case 'thinking':
        return [...this.#citationFrames(open), frame('content-end', { index: open.index })];
    }
  }

  /** Told when the text is whole, since a citation repeats its words. */
  #citationFrames(open: OpenBlock): readonly SseFrame[] {
    if (open.citations.length === 0) return [];
    return writeCitations(open, open.index, this.#names).flatMap((citation) => {
      if (citation === undefined) return [];
      const index = this.#citations++;
      return [
        frame('citation-start', { index, delta: { message: { citations: citation } } }),
        frame('citation-end', { index }),
      ];
    });
  }
}

const frame = (type: string, members: Readonly<Record<string, Json | undefined>>): SseFrame => ({
  event: type,
  data: JSON.stringify({ type, ...members }),
});

const contentFrame = (type: string, index: number, content: JsonObject): SseFrame =>
  frame(type, { index, delta: { message: { content } } });

const callFrame = (type: string, index: number, call: JsonObject): SseFrame =>
  frame(type, { index, delta: { message: { tool_calls: call } } });

const callDelta = (index: number, text: string): SseFrame =>
  callFrame('tool-call-delta', index, { function: { arguments: text } });

const planDelta = (text: string): SseFrame => frame('tool-plan-delta', { delta: { message: { tool_plan: text } } });
