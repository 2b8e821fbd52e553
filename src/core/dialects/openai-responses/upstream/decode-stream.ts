import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, Decoder, StreamEvent } from '../../../ir/index.ts';
import { arrayAt, isObject, type Json, type JsonObject, objectAt, parseJson, stringAt } from '../../../json/json.ts';
import { BlockTracker } from '../../../stream/block-tracker.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { decodeAnnotation } from '../wire/annotations.ts';
import { decodePart } from '../wire/decode-part.ts';
import { lookup } from '../wire/lookup.ts';
import { decodeStop } from '../wire/stop-reason.ts';
import { decodeUsage } from '../wire/usage.ts';
import { answerHead, answerTail } from './answer-members.ts';
import { looseReasoning } from './decode-response.ts';
import { ItemStreams, type PartList } from './item-streams.ts';
import { upstreamFailure } from './upstream-failure.ts';

export const streamDecoder = (): Decoder<SseFrame, StreamEvent> => new ResponsesStreamDecoder();

const text: Block = { kind: 'text', text: '' };
const refusal: Block = { kind: 'refusal', text: '' };
const thought: Block = { kind: 'thinking', text: '' };
const summary: Block = { kind: 'thinking', text: '', form: 'summary' };

/** Deltas of parts: the list they count in and the block they begin. */
const partDeltas: Readonly<Record<string, { readonly list: PartList; readonly block: Block }>> = {
  'response.output_text.delta': { list: 'content', block: text },
  'response.refusal.delta': { list: 'content', block: refusal },
  'response.reasoning_text.delta': { list: 'content', block: thought },
  'response.reasoning_summary_text.delta': { list: 'summary', block: summary },
};

type Handler = (decoder: ResponsesStreamDecoder, event: JsonObject) => readonly StreamEvent[];

class ResponsesStreamDecoder implements Decoder<SseFrame, StreamEvent> {
  readonly #tracker = new BlockTracker();
  readonly items = new ItemStreams(this.#tracker);
  #started = false;
  #ended = false;

  push(frame: SseFrame): readonly StreamEvent[] {
    // Progress of the provider's own tools may be large (partial pictures): what has no handler is not even parsed.
    if (this.#ended || frame.data === '' || (frame.event !== undefined && !isHandled(frame.event))) return [];
    const event = this.#parse(frame.data);
    if (event === undefined) return [];
    const type = stringAt(event, 'type') ?? frame.event ?? '';
    const delta = lookup(partDeltas, type);
    if (delta !== undefined) return [...this.begin({}), ...this.items.text(event, delta.list, delta.block)];
    if (type === '' && event['error'] !== undefined) throw upstreamFailure(event);
    return lookup(handlers, type)?.(this, event) ?? [];
  }

  end(): readonly StreamEvent[] {
    if (!this.#ended)
      throw new GatewayError('upstream_cut', 'The provider ended the stream before the answer was complete.');
    return [];
  }

  begin(response: JsonObject): readonly StreamEvent[] {
    if (this.#started) return [];
    this.#started = true;
    return [{ kind: 'response-start', ...answerHead(response) }];
  }

  /** The terminal event. Its response object holds the whole answer at most hosts, and at some nothing but usage and status. */
  finish(event: JsonObject, status: string): readonly StreamEvent[] {
    const response: JsonObject = { status, ...objectAt(event, 'response') };
    const started = this.begin(response);
    const output = arrayAt(response, 'output');
    const loose = looseReasoning(response, output.filter(isObject)).map((block) =>
      this.#tracker.start(0, 'loose', block),
    );
    const told = this.items.terminal(output);
    const usage = decodeUsage(response);
    this.#ended = true;
    return [
      ...started,
      ...loose,
      ...told,
      ...this.#tracker.endAll(0),
      ...(usage === undefined ? [] : [{ kind: 'usage', usage } as const]),
      { kind: 'choice-end', choice: 0, ...decodeStop(response, this.items.sign) },
      { kind: 'response-end', ...answerTail(response) },
    ];
  }

  #parse(data: string): JsonObject | undefined {
    const event: Json | undefined = parseJson(data);
    if (isObject(event)) return event;
    if (data.trim() === '[DONE]') return undefined;
    throw new GatewayError('upstream_invalid', 'The provider sent a stream event that is not a JSON object.');
  }
}

const start: Handler = (decoder, event) => decoder.begin(objectAt(event, 'response') ?? {});
const within =
  (read: Handler): Handler =>
  (decoder, event) => [...decoder.begin({}), ...read(decoder, event)];

/** A content part of a message begins its block at once, so that an empty part is one, too. */
const partAdded: Handler = (decoder, event) => {
  const part = event['part'];
  if (!isObject(part) || (part['type'] !== 'output_text' && part['type'] !== 'refusal')) return [];
  return decoder.items.text(event, 'content', decodePart(part));
};

const annotated: Handler = (decoder, event) => {
  const annotation = event['annotation'];
  if (!isObject(annotation)) return [];
  return decoder.items.citation(event, { kind: 'citation', citation: decodeAnnotation(annotation) });
};

const failed: Handler = (_decoder, event) => {
  const response = objectAt(event, 'response');
  throw upstreamFailure(response?.['error'] == null ? { message: 'The provider broke the answer off.' } : response);
};

const handlers: Readonly<Record<string, Handler>> = {
  'response.created': start,
  'response.queued': start,
  'response.in_progress': start,
  'response.output_item.added': within((decoder, event) => decoder.items.added(event)),
  'response.content_part.added': within(partAdded),
  'response.output_text.annotation.added': within(annotated),
  'response.function_call_arguments.delta': within((decoder, event) => decoder.items.arguments(event)),
  'response.custom_tool_call_input.delta': within((decoder, event) => decoder.items.arguments(event)),
  'response.output_item.done': within((decoder, event) => decoder.items.done(event)),
  'response.completed': (decoder, event) => decoder.finish(event, 'completed'),
  'response.incomplete': (decoder, event) => decoder.finish(event, 'incomplete'),
  'response.cancelled': (decoder, event) => decoder.finish(event, 'cancelled'),
  'response.failed': failed,
  error: (_decoder, event) => {
    throw upstreamFailure(event);
  },
};

/** Generic event names say nothing of the type. */
const isHandled = (name: string): boolean =>
  name === 'message' || Object.hasOwn(handlers, name) || Object.hasOwn(partDeltas, name);
