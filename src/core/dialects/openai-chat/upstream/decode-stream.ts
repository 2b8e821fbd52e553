import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Decoder, StreamEvent, Usage } from '../../../ir/index.ts';
import {
  isArray,
  isObject,
  type JsonDraft,
  type JsonObject,
  numberAt,
  objectAt,
  parseJson,
  stringAt,
} from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { own } from '../wire/own.ts';
import { readSources } from '../wire/sources.ts';
import { answerUsage } from '../wire/usage.ts';
import { idSeed } from './decode-response.ts';
import { knownChunk } from './known-members.ts';
import { ChoiceStream, gather } from './stream/choice-stream.ts';
import { inBandEvent, inBandFailure } from './upstream-failure.ts';

/** Reads the chunks of POST /chat/completions with `stream`. */
export class ChatStreamDecoder implements Decoder<SseFrame, StreamEvent> {
  readonly #choices = new Map<number, ChoiceStream>();
  readonly #extras: JsonDraft = {};
  #usage: Usage | undefined;
  #tier: string | undefined;
  #start: Extract<StreamEvent, { kind: 'response-start' }> | undefined;
  #seed = '';
  #done = false;

  push(frame: SseFrame): readonly StreamEvent[] {
    if (this.#done) return [];
    if (frame.event === 'error') throw inBandEvent(frame.data);
    if (frame.data.startsWith('[DONE]')) return this.#finish();
    if (frame.data === '') return [];
    const chunk = parseJson(frame.data);
    if (!isObject(chunk))
      throw new GatewayError('upstream_invalid', 'The provider sent a stream frame that is not a JSON object.');
    return this.#readChunk(chunk);
  }

  end(): readonly StreamEvent[] {
    if (this.#done) return [];
    const choices = [...this.#choices.values()];
    if (choices.length > 0 && choices.every((choice) => choice.finished)) return this.#finish();
    throw new GatewayError('upstream_cut', 'The provider ended the stream before the answer was complete.');
  }

  #readChunk(chunk: JsonObject): readonly StreamEvent[] {
    refuseError(chunk);
    this.#usage = answerUsage(chunk) ?? this.#usage;
    const tier = chunk['service_tier'];
    if (typeof tier === 'string') this.#tier = tier;
    gather(chunk, knownChunk, this.#extras);
    const choices = chunk['choices'];
    if (!isArray(choices) || choices.length === 0) return [];
    const events: StreamEvent[] = [];
    const id = this.#startOnce(chunk, events);
    choices.forEach((wire, place) => {
      if (isObject(wire)) this.#choice(numberAt(wire, 'index') ?? place, id).push(wire, events);
    });
    return events;
  }

  /** The first chunk with a choice tells id and model: Azure's first one has neither. */
  #startOnce(chunk: JsonObject, events: StreamEvent[]): string {
    if (this.#start !== undefined) return this.#seed;
    const created = numberAt(chunk, 'created');
    this.#start = {
      kind: 'response-start',
      id: stringAt(chunk, 'id') ?? '',
      model: stringAt(chunk, 'model') ?? '',
      ...(created === undefined ? {} : { createdSeconds: created }),
      ...(this.#tier === undefined ? {} : { serviceTier: this.#tier }),
      ...(Object.keys(this.#extras).length === 0 ? {} : { extras: { [own]: { ...this.#extras } } }),
    };
    events.push(this.#start);
    this.#seed = idSeed(this.#start.id, created);
    return this.#seed;
  }

  #choice(index: number, id: string): ChoiceStream {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice = new ChoiceStream(index, id);
    this.#choices.set(index, choice);
    return choice;
  }

  #finish(): readonly StreamEvent[] {
    if (this.#start === undefined)
      throw new GatewayError('upstream_invalid', 'The provider ended the stream without an answer.');
    this.#done = true;
    const events: StreamEvent[] = [];
    const sources = readSources(this.#extras);
    for (const choice of this.#choices.values()) {
      if (sources.length > 0) choice.addSources(sources, events);
      choice.end(events);
    }
    if (this.#usage !== undefined) events.push({ kind: 'usage', usage: this.#usage });
    events.push({
      kind: 'response-end',
      ...(this.#tier === undefined ? {} : { serviceTier: this.#tier }),
      ...(Object.keys(this.#extras).length === 0 ? {} : { extras: { [own]: this.#extras } }),
    });
    return events;
  }
}

/** Errors inside a stream: an `error` member, an object that is one, or the word of a host that puts it beside its usage. */
const refuseError = (chunk: JsonObject): void => {
  if (chunk['error'] !== undefined && chunk['error'] !== null) throw inBandFailure(chunk);
  if (chunk['object'] === 'error' && chunk['choices'] === undefined) throw inBandFailure(chunk);
  const beside = objectAt(chunk, 'x_groq')?.['error'];
  if (beside !== undefined && beside !== null) throw inBandFailure({ error: beside });
};
