import { GatewayError } from '../../errors/gateway-error.ts';
import type { Decoder, StreamEvent } from '../../ir/index.ts';
import { arrayAt, isObject, type JsonObject, numberAt, objectAt, parseJson, stringAt } from '../../json/json.ts';
import { BlockTracker } from '../../stream/block-tracker.ts';
import type { SseFrame } from '../../stream/sse-frame.ts';
import { inBandFailure } from '../cohere/upstream/decode-fault.ts';
import { restOf, textOf } from '../cohere/wire/own.ts';
import { customText } from '../tooling/custom-tool.ts';
import {
  type CitedDocuments,
  callId,
  knownAnswer,
  readCalls,
  readCited,
  readDocuments,
  readStop,
  readUsage,
} from './answer.ts';
import { own } from './own.ts';
import { readCall } from './tool-calls.ts';

const words = 'text';

/** Reads a streamed answer: one object a line, each with its `event_type`. The last repeats the whole answer. */
export class CohereV1StreamDecoder implements Decoder<SseFrame, StreamEvent> {
  readonly #blocks = new BlockTracker();
  /** Calls by their number; what a custom tool is given is free text, which is handed on whole. */
  readonly #calls = new Map<number, { readonly custom: boolean; text: string }>();
  #documents: CitedDocuments = new Map();
  #text = '';
  #id = '';
  #started = false;
  #ended = false;

  push({ data }: SseFrame): readonly StreamEvent[] {
    if (this.#ended || data.trim() === '' || data === '[DONE]') return [];
    const value = parseJson(data);
    if (!isObject(value)) throw new GatewayError('upstream_invalid', 'The provider streamed a line that is not JSON.');
    const type = stringAt(value, 'event_type');
    if (type === undefined) throw inBandFailure(textOf(value['message'] ?? value['error']), value);
    if (type === 'stream-start') return this.#start(stringAt(value, 'generation_id') ?? '');
    const events = this.#read(type, value);
    return events.length === 0 ? events : [...this.#start(''), ...events];
  }

  end(): readonly StreamEvent[] {
    if (this.#ended) return [];
    throw new GatewayError('upstream_cut', 'The provider broke off in the middle of the answer.');
  }

  #start(id: string): readonly StreamEvent[] {
    if (this.#started) return [];
    this.#started = true;
    this.#id = id;
    return [{ kind: 'response-start', id, model: '' }];
  }

  #read(type: string, value: JsonObject): readonly StreamEvent[] {
    switch (type) {
      case 'text-generation':
        return this.#say(textOf(value['text']));
      case 'search-results':
        this.#documents = readDocuments(value);
        return [];
      case 'citation-generation':
        return this.#cite(arrayAt(value, 'citations').filter(isObject));
      case 'tool-calls-chunk':
        return [...this.#say(textOf(value['text'])), ...this.#addCall(objectAt(value, 'tool_call_delta'))];
      case 'tool-calls-generation':
        return this.#wholeCalls(value);
      case 'stream-end':
        return this.#finish(value);
      default:
        return [];
    }
  }

  #say(text: string): readonly StreamEvent[] {
    if (text === '') return [];
    this.#text += text;
    return this.#blocks.append(0, words, { kind: 'text', text: '' }, { kind: 'text', text });
  }

  #cite(citations: readonly JsonObject[]): readonly StreamEvent[] {
    return citations
      .flatMap((value) => readCited(value, this.#text, this.#documents))
      .flatMap((citation) => this.#blocks.delta(0, words, { kind: 'citation', citation }) ?? []);
  }

  #addCall(delta: JsonObject | undefined): readonly StreamEvent[] {
    const index = numberAt(delta, 'index') ?? 0;
    const name = stringAt(delta, 'name');
    const events: StreamEvent[] = [];
    if (name !== undefined && !this.#calls.has(index)) {
      const block = { ...readCall({ name }, callId(this.#id, index)), argumentsJson: '' };
      this.#calls.set(index, { custom: block.custom === true, text: '' });
      events.push(this.#blocks.start(0, `call:${index}`, block));
    }
    const call = this.#calls.get(index);
    const text = textOf(delta?.['parameters']);
    if (call === undefined || text === '') return events;
    call.text += text;
    if (call.custom) return events;
    const told = this.#blocks.delta(0, `call:${index}`, { kind: 'arguments', text });
    return told === undefined ? events : [...events, told];
  }

  /** The calls once more as a whole: news only where they did not come in pieces. */
  #wholeCalls(value: JsonObject): readonly StreamEvent[] {
    if (this.#calls.size > 0) return this.#endCalls();
    const said = this.#text === '' ? this.#say(textOf(value['text'])) : [];
    return [
      ...said,
      ...readCalls(value, this.#id).flatMap((block, index) => {
        this.#calls.set(index, { custom: false, text: '' });
        return [this.#blocks.start(0, `call:${index}`, block), ...this.#blocks.end(0, `call:${index}`)];
      }),
    ];
  }

  #endCalls(): readonly StreamEvent[] {
    return [...this.#calls].flatMap(([index, { custom, text }]) => {
      const key = `call:${index}`;
      const told =
        custom && this.#blocks.isOpen(0, key)
          ? this.#blocks.delta(0, key, { kind: 'arguments', text: customText(text) })
          : undefined;
      return [...(told === undefined ? [] : [told]), ...this.#blocks.end(0, key)];
    });
  }

  #finish(value: JsonObject): readonly StreamEvent[] {
    const answer = objectAt(value, 'response') ?? {};
    const rawStop = stringAt(value, 'finish_reason') ?? stringAt(answer, 'finish_reason') ?? '';
    if (rawStop === 'ERROR') throw inBandFailure(textOf(value['error'] ?? answer['message']), value);
    // An answer whose pieces never came.
    const late = this.#text === '' && this.#calls.size === 0 ? this.#late(answer) : [];
    this.#ended = true;
    const usage = readUsage(answer['meta']);
    const extras = restOf(answer, knownAnswer);
    return [
      ...late,
      ...this.#endCalls(),
      ...this.#blocks.endAll(0),
      ...(usage === undefined ? [] : [{ kind: 'usage', usage } as const]),
      { kind: 'choice-end', choice: 0, stop: readStop(rawStop, this.#calls.size > 0), rawStop },
      { kind: 'response-end', ...(extras === undefined ? {} : { extras: { [own]: extras } }) },
    ];
  }

  #late(answer: JsonObject): readonly StreamEvent[] {
    const text = this.#say(textOf(answer['text']));
    return arrayAt(answer, 'tool_calls').length === 0 ? text : [...text, ...this.#wholeCalls(answer)];
  }
}
