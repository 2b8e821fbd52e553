import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, StreamEvent, TokenLogprob } from '../../../ir/index.ts';
import {
  arrayAt,
  isObject,
  isString,
  type Json,
  type JsonDraft,
  type JsonObject,
  objectAt,
  stringAt,
} from '../../../json/json.ts';
import { BlockTracker } from '../../../stream/block-tracker.ts';
import { readImage } from '../door/read-messages.ts';
import { readLogprobs } from '../wire/logprobs.ts';
import type { own } from '../wire/own.ts';
import { readStop } from '../wire/stop-reason.ts';
import { readTimestamp } from '../wire/timestamp.ts';
import { readArguments } from '../wire/tool-arguments.ts';
import { metricNames, readUsage } from '../wire/usage.ts';

/** Where a format has the pieces of its answer. */
export interface AnswerForm {
  readonly dialect: typeof own | 'ollama-generate';
  /** Members of an object that have a place in the representation, beside those all objects have. */
  readonly known: readonly string[];
  /** The object's message with `content`, `thinking`, `tool_calls` and `images`; undefined when it has none. */
  message(wire: JsonObject): JsonObject | undefined;
}

export const chatAnswer: AnswerForm = {
  dialect: 'ollama',
  known: ['message'],
  message: (wire) => objectAt(wire, 'message'),
};

const common = [
  'model',
  'created_at',
  'done',
  'done_reason',
  'logprobs',
  'remote_model',
  'remote_host',
  ...metricNames,
];

/**
 * Reads an answer from its objects, of which each says a part. A whole answer is read as a stream of one. Calls come whole; those of older
 * servers have no id and get one from the time of their object, which differs from answer to answer.
 */
export class AnswerReader {
  readonly #form: AnswerForm;
  readonly #known: ReadonlySet<string>;
  readonly #tracker = new BlockTracker();
  readonly #extras: JsonDraft = {};
  #started = false;
  #done = false;
  #calls = 0;
  /** Log probabilities that came before the block they belong to. */
  #waiting: readonly TokenLogprob[] = [];

  constructor(form: AnswerForm) {
    this.#form = form;
    this.#known = new Set([...common, ...form.known]);
  }

  /** Whether the last object came. */
  get done(): boolean {
    return this.#done;
  }

  push(wire: JsonObject): readonly StreamEvent[] {
    if (this.#done) return [];
    const message = this.#form.message(wire);
    if (message === undefined && wire['done'] !== true)
      throw new GatewayError(
        'upstream_invalid',
        `The provider answered without "${this.#form.known[0] ?? 'message'}".`,
      );
    const events: StreamEvent[] = [];
    if (!this.#started) events.push(start(wire));
    this.#started = true;
    this.#waiting = [...this.#waiting, ...readLogprobs(wire['logprobs'])];
    if (message !== undefined) this.#message(message, stringAt(wire, 'created_at') ?? '', events);
    for (const key of ['text', 'thinking']) if (this.#tracker.isOpen(0, key)) this.#logprobs(key, events);
    for (const key in wire) if (!this.#known.has(key)) this.#extras[key] = wire[key];
    if (wire['done'] === true) this.#finish(wire, events);
    return events;
  }

  /** Ends an answer whose last object did not say so. */
  end(): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    if (!this.#done) this.#finish({}, events);
    return events;
  }

  #message(message: JsonObject, time: string, events: StreamEvent[]): void {
    this.#text('thinking', stringAt(message, 'thinking') ?? '', events);
    this.#text('text', stringAt(message, 'content') ?? '', events);
    for (const image of arrayAt(message, 'images').filter(isString)) this.#whole(readImage(image), events);
    for (const call of arrayAt(message, 'tool_calls').filter(isObject)) this.#whole(this.#call(call, time), events);
  }

  /** A piece of text or thoughts; the other kind has ended when one begins. */
  #text(kind: 'text' | 'thinking', text: string, events: StreamEvent[]): void {
    if (text === '') return;
    if (!this.#tracker.isOpen(0, kind)) {
      events.push(...this.#tracker.endAll(0), this.#tracker.start(0, kind, { kind, text: '' }));
    }
    const delta = this.#tracker.delta(0, kind, { kind: 'text', text });
    if (delta !== undefined) events.push(delta);
    this.#logprobs(kind, events);
  }

  #whole(block: Block, events: StreamEvent[]): void {
    events.push(...this.#tracker.endAll(0), this.#tracker.start(0, 'whole', block));
    this.#logprobs('whole', events);
    events.push(...this.#tracker.end(0, 'whole'));
  }

  #logprobs(key: string, events: StreamEvent[]): void {
    if (this.#waiting.length === 0) return;
    const delta = this.#tracker.delta(0, key, { kind: 'logprobs', logprobs: this.#waiting });
    this.#waiting = [];
    if (delta !== undefined) events.push(delta);
  }

  #call(wire: JsonObject, time: string): Block {
    const called = objectAt(wire, 'function');
    const id = stringAt(wire, 'id') ?? '';
    const place = this.#calls++;
    return {
      kind: 'tool-call',
      id: id === '' ? `call_${time.replace(/\D/g, '')}_${place}` : id,
      name: stringAt(called, 'name') ?? '',
      argumentsJson: readArguments(called?.['arguments'] as Json | undefined),
    };
  }

  #finish(wire: JsonObject, events: StreamEvent[]): void {
    this.#done = true;
    events.push(...this.#tracker.endAll(0));
    const rawStop = stringAt(wire, 'done_reason') ?? '';
    events.push({ kind: 'choice-end', choice: 0, stop: readStop(rawStop, this.#calls > 0), rawStop });
    const usage = readUsage(wire);
    if (usage !== undefined) events.push({ kind: 'usage', usage });
    const extras = Object.keys(this.#extras).length === 0 ? {} : { extras: { [this.#form.dialect]: this.#extras } };
    events.push({ kind: 'response-end', ...extras });
  }
}

const start = (wire: JsonObject): StreamEvent => {
  const createdSeconds = readTimestamp(stringAt(wire, 'created_at'));
  return {
    kind: 'response-start',
    id: '',
    model: stringAt(wire, 'model') ?? '',
    ...(createdSeconds === undefined ? {} : { createdSeconds }),
  };
};
