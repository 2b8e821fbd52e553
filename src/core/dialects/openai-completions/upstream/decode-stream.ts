import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Decoder, StreamEvent, Usage } from '../../../ir/index.ts';
import {
  isArray,
  isObject,
  type JsonDraft,
  type JsonObject,
  numberAt,
  parseJson,
  stringAt,
} from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { gather } from '../../openai-chat/upstream/stream/choice-stream.ts';
import { inBandEvent, inBandFailure } from '../../openai-chat/upstream/upstream-failure.ts';
import { readStop } from '../../openai-chat/wire/stop-reason.ts';
import { readLogprobs } from '../logprobs.ts';
import { readUsage } from '../usage.ts';
import { knownChoice, knownTop } from './decode-response.ts';

interface TextChoice {
  started: boolean;
  rawStop: string;
  readonly extras: JsonDraft;
}

/** Reads the chunks of POST /completions with `stream`: one block of text per choice. */
export class CompletionStreamDecoder implements Decoder<SseFrame, StreamEvent> {
  readonly #choices = new Map<number, TextChoice>();
  readonly #extras: JsonDraft = {};
  #usage: Usage | undefined;
  #started = false;
  #done = false;

  push(frame: SseFrame): readonly StreamEvent[] {
    if (this.#done) return [];
    if (frame.event === 'error') throw inBandEvent(frame.data);
    if (frame.data.startsWith('[DONE]')) return this.#finish();
    if (frame.data === '') return [];
    const chunk = parseJson(frame.data);
    if (!isObject(chunk))
      throw new GatewayError('upstream_invalid', 'The provider sent a stream frame that is not a JSON object.');
    if (chunk['error'] !== undefined && chunk['error'] !== null) throw inBandFailure(chunk);
    return this.#readChunk(chunk);
  }

  end(): readonly StreamEvent[] {
    if (this.#done) return [];
    const choices = [...this.#choices.values()];
    if (choices.length > 0 && choices.every((choice) => choice.rawStop !== '')) return this.#finish();
    throw new GatewayError('upstream_cut', 'The provider ended the stream before the answer was complete.');
  }

  #readChunk(chunk: JsonObject): readonly StreamEvent[] {
    this.#usage = readUsage(chunk) ?? this.#usage;
    gather(chunk, knownTop, this.#extras);
    const choices = chunk['choices'];
    if (!isArray(choices) || choices.length === 0) return [];
    const events: StreamEvent[] = [];
    this.#startOnce(chunk, events);
    choices.forEach((wire, place) => {
      if (isObject(wire)) this.#readChoice(wire, numberAt(wire, 'index') ?? place, events);
    });
    return events;
  }

  #startOnce(chunk: JsonObject, events: StreamEvent[]): void {
    if (this.#started) return;
    this.#started = true;
    const created = numberAt(chunk, 'created');
    events.push({
      kind: 'response-start',
      id: stringAt(chunk, 'id') ?? '',
      model: stringAt(chunk, 'model') ?? '',
      ...(created === undefined ? {} : { createdSeconds: created }),
      ...(Object.keys(this.#extras).length === 0 ? {} : { extras: { 'openai-completions': { ...this.#extras } } }),
    });
  }

  #readChoice(wire: JsonObject, index: number, events: StreamEvent[]): void {
    const choice = this.#choices.get(index) ?? { started: false, rawStop: '', extras: {} };
    this.#choices.set(index, choice);
    const text = stringAt(wire, 'text') ?? '';
    const logprobs = readLogprobs(wire['logprobs']);
    if (!choice.started && (text !== '' || logprobs !== undefined)) {
      choice.started = true;
      events.push({ kind: 'block-start', choice: index, index: 0, block: { kind: 'text', text: '' } });
    }
    if (text !== '') events.push({ kind: 'block-delta', choice: index, index: 0, delta: { kind: 'text', text } });
    if (logprobs !== undefined)
      events.push({ kind: 'block-delta', choice: index, index: 0, delta: { kind: 'logprobs', logprobs } });
    const stop = wire['finish_reason'];
    if (typeof stop === 'string' && choice.rawStop === '') choice.rawStop = stop;
    gather(wire, knownChoice, choice.extras);
  }

  #finish(): readonly StreamEvent[] {
    if (!this.#started) throw new GatewayError('upstream_invalid', 'The provider ended the stream without an answer.');
    this.#done = true;
    const events: StreamEvent[] = [];
    for (const [index, choice] of this.#choices) {
      if (choice.started) events.push({ kind: 'block-end', choice: index, index: 0 });
      events.push({
        kind: 'choice-end',
        choice: index,
        stop: readStop(choice.rawStop, { calledTools: false, refused: false }),
        rawStop: choice.rawStop,
        ...extrasOf(choice.extras),
      });
    }
    if (this.#usage !== undefined) events.push({ kind: 'usage', usage: this.#usage });
    events.push({ kind: 'response-end', ...extrasOf(this.#extras) });
    return events;
  }
}

const extrasOf = (extras: JsonDraft) =>
  Object.keys(extras).length === 0 ? {} : { extras: { 'openai-completions': extras } };
