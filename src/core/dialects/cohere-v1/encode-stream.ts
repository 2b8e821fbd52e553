import type { GatewayError } from '../../errors/gateway-error.ts';
import type { Block, Citation, StreamEvent } from '../../ir/index.ts';
import type { JsonObject } from '../../json/json.ts';
import { Collector } from '../../stream/collect.ts';
import type { SseFrame } from '../../stream/sse-frame.ts';
import { encodeError } from '../cohere/door/encode-error.ts';
import type { ReplyContext, StreamEncoder } from '../dialect.ts';
import { encodeResponse, writeCited } from './encode-response.ts';

/**
 * Writes an answer as one object a line: words as they come, calls in pieces and then whole, citations behind the words they are of, and at the
 * end the whole answer once more, with the history a client sends back.
 */
export class CohereV1StreamEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  readonly #whole = new Collector();
  /** Open texts with what they cite, and the numbers of open calls. */
  readonly #texts = new Map<number, { text: string; readonly offset: number; readonly citations: Citation[] }>();
  readonly #calls = new Map<number, { readonly index: number; readonly custom: boolean }>();
  #points = 0;
  #callCount = 0;
  #closed = false;

  constructor(context: ReplyContext) {
    this.#context = context;
  }

  push(event: StreamEvent): readonly SseFrame[] {
    if (this.#closed || ('choice' in event && event.choice !== 0)) return [];
    this.#whole.push(event);
    switch (event.kind) {
      case 'response-start':
        return [line('stream-start', { generation_id: event.id === '' ? this.#context.replyId : event.id })];
      case 'block-start':
        return this.#start(event.index, event.block);
      case 'block-delta':
        if (event.delta.kind === 'text') return this.#say(event.index, event.delta.text);
        if (event.delta.kind === 'citation') this.#texts.get(event.index)?.citations.push(event.delta.citation);
        return event.delta.kind === 'arguments' ? this.#argue(event.index, event.delta.text) : [];
      case 'block-end':
        return this.#end(event.index);
      case 'usage':
      case 'choice-end':
        return [];
      case 'response-end':
        return this.#finish();
    }
  }

  fail(error: GatewayError): readonly SseFrame[] {
    if (this.#closed) return [];
    this.#closed = true;
    const { message } = encodeError(error, this.#context.replyId);
    return [line('stream-end', { finish_reason: 'ERROR', error: message, response: { text: '', message } }, true)];
  }

  #start(index: number, block: Block): readonly SseFrame[] {
    if (block.kind === 'text' || block.kind === 'refusal') {
      const citations = block.kind === 'text' ? (block.citations ?? []) : [];
      this.#texts.set(index, { text: '', offset: this.#points, citations: [...citations] });
      return this.#say(index, block.text);
    }
    if (block.kind !== 'tool-call') return [];
    const call = { index: this.#callCount++, custom: block.custom === true };
    this.#calls.set(index, call);
    return [callPiece({ index: call.index, name: block.name }), ...this.#argue(index, block.argumentsJson)];
  }

  #say(index: number, text: string): readonly SseFrame[] {
    const open = this.#texts.get(index);
    if (open === undefined || text === '') return [];
    open.text += text;
    return [line('text-generation', { text })];
  }

  /** A custom tool's input, which is free text, has to become JSON: it stands in the whole calls only. */
  #argue(index: number, text: string): readonly SseFrame[] {
    const call = this.#calls.get(index);
    if (call === undefined || call.custom || text === '') return [];
    return [callPiece({ index: call.index, parameters: text })];
  }

  #end(index: number): readonly SseFrame[] {
    const open = this.#texts.get(index);
    this.#texts.delete(index);
    if (open === undefined) return [];
    this.#points = open.offset + Array.from(open.text).length;
    if (open.citations.length === 0) return [];
    return writeCited(open, { offset: open.offset, context: this.#context }).flatMap((cited) =>
      cited === undefined ? [] : [line('citation-generation', { citations: [cited.citation] })],
    );
  }

  #finish(): readonly SseFrame[] {
    this.#closed = true;
    const { body } = encodeResponse(this.#whole.response(), this.#context);
    const { tool_calls: calls } = body;
    return [
      ...(calls === undefined ? [] : [line('tool-calls-generation', { text: body['text'], tool_calls: calls })]),
      line('stream-end', { finish_reason: body['finish_reason'], response: body }, true),
    ];
  }
}

const line = (type: string, members: JsonObject, finished = false): SseFrame => ({
  event: type,
  data: JSON.stringify({ is_finished: finished, event_type: type, ...members }),
});

const callPiece = (delta: JsonObject): SseFrame => line('tool-calls-chunk', { tool_call_delta: delta });
