import type { Block, Delta, StreamEvent } from '../../../ir/index.ts';
import {
  isArray,
  isObject,
  type Json,
  type JsonDraft,
  type JsonObject,
  objectAt,
  stringAt,
} from '../../../json/json.ts';
import type { BlockTracker } from '../../../stream/block-tracker.ts';
import { camelMembers } from '../member-names.ts';
import { PartialArguments } from '../parts/partial-arguments.ts';
import { readFunctionCall, readPart, readSeal } from '../parts/read-part.ts';
import { decodeStop, finishWord } from './finish-reason.ts';
import { decodeCitations } from './grounding.ts';
import { decodeLogprobs } from './logprobs.ts';

const known = new Set(['content', 'finishReason', 'index', 'logprobsResult']);

/** A text or thinking block that is still open; a signature ends what may be added to it. */
interface OpenText {
  readonly kind: 'text' | 'thinking';
  sealed: boolean;
}

/** A call whose arguments arrive in pieces. */
interface OpenCall {
  readonly key: string;
  readonly partial: PartialArguments;
}

/** Reads the parts of one candidate. Text of one kind is one block until something else, or something after a signature, comes. */
export class CandidateReader {
  readonly #tracker: BlockTracker;
  readonly #index: number;
  readonly #idSeed: string;
  /** The text blocks' texts, for citations; the last one is open as long as `#open` is of its kind. */
  readonly #texts: string[] = [];
  readonly #extras: JsonDraft = {};
  /** Names of calls that nothing in the answer has answered: those are the client's. */
  readonly #openCalls: string[] = [];
  #open: OpenText | undefined;
  #call: OpenCall | undefined;
  #blocks = 0;
  #calls = 0;
  #finish: string | undefined;

  constructor(tracker: BlockTracker, place: { readonly index: number; readonly idSeed: string }) {
    this.#tracker = tracker;
    this.#index = place.index;
    this.#idSeed = place.idSeed;
  }

  get finished(): boolean {
    return this.#finish !== undefined;
  }

  /** `candidate` has camelCase members. Events are added to `events`. */
  push(candidate: JsonObject, events: StreamEvent[]): void {
    const content = objectAt(candidate, 'content');
    const parts = content?.['parts'];
    if (isArray(parts)) for (const part of parts) if (isObject(part)) this.#part(camelMembers(part), events);
    this.#finish = finishWord(candidate['finishReason']) ?? this.#finish;
    const logprobs = objectAt(candidate, 'logprobsResult');
    if (logprobs !== undefined && this.#open !== undefined) {
      const delta = { kind: 'logprobs', logprobs: decodeLogprobs(logprobs) } as const;
      const event = this.#tracker.delta(this.#index, textKey, delta);
      if (event !== undefined) events.push(event);
    }
    for (const key in candidate) if (!known.has(key)) this.#extras[key] = joined(this.#extras[key], candidate[key]);
  }

  end(): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    this.#endCall(events);
    this.#cite(events);
    this.#endText(events);
    const rawStop = this.#finish ?? '';
    events.push({
      kind: 'choice-end',
      choice: this.#index,
      stop:
        rawStop === '' && this.#openCalls.length > 0 ? 'tool-calls' : decodeStop(rawStop, this.#openCalls.length > 0),
      rawStop,
      ...(Object.keys(this.#extras).length === 0 ? {} : { extras: { gemini: this.#extras } }),
    });
    return events;
  }

  #part(part: JsonObject, events: StreamEvent[]): void {
    if (typeof part['text'] === 'string') {
      this.#text(part, part['text'], events);
      return;
    }
    const call = objectAt(part, 'functionCall');
    if (call !== undefined) {
      this.#functionCall(part, camelMembers(call), events);
      return;
    }
    const response = objectAt(part, 'functionResponse');
    if (response !== undefined) this.#answered(stringAt(response, 'name'));
    this.#whole(readPart(part), events);
  }

  #text(part: JsonObject, text: string, events: StreamEvent[]): void {
    const kind = part['thought'] === true ? 'thinking' : 'text';
    const seal = readSeal(part);
    if (text === '' && seal === undefined) return;
    const fits = this.#open?.kind === kind && (!this.#open.sealed || text === '');
    if (!fits) this.#startText(part, kind, events);
    if (text !== '') {
      this.#append({ kind: 'text', text }, events);
      if (kind === 'text') this.#texts[this.#texts.length - 1] += text;
    }
    if (seal === undefined) return;
    this.#append({ kind: 'seal', seal }, events);
    if (this.#open !== undefined) this.#open.sealed = true;
  }

  /** Whatever was open ends. The new block is empty, but for members of the part that it has to remember. */
  #startText(part: JsonObject, kind: OpenText['kind'], events: StreamEvent[]): void {
    this.#endCall(events);
    this.#endText(events);
    const { seal: _, ...read } = readPart(part) as Extract<Block, { kind: 'text' | 'thinking' }>;
    events.push(this.#tracker.start(this.#index, textKey, { ...read, text: '' }));
    this.#open = { kind, sealed: false };
    if (kind === 'text') this.#texts.push('');
  }

  #append(delta: Delta, events: StreamEvent[]): void {
    const event = this.#tracker.delta(this.#index, textKey, delta);
    if (event !== undefined) events.push(event);
  }

  #endText(events: StreamEvent[]): void {
    if (this.#open === undefined) return;
    this.#open = undefined;
    events.push(...this.#tracker.end(this.#index, textKey));
  }

  #whole(block: Block, events: StreamEvent[]): void {
    this.#endCall(events);
    this.#endText(events);
    const key = `block:${this.#blocks++}`;
    events.push(this.#tracker.start(this.#index, key, block), ...this.#tracker.end(this.#index, key));
  }

  /** A call is whole, or begins (`willContinue`), or goes on: then it has no name. */
  #functionCall(part: JsonObject, call: JsonObject, events: StreamEvent[]): void {
    const continues = call['willContinue'] === true;
    const name = stringAt(call, 'name');
    if (name === undefined && this.#call !== undefined) {
      this.#call.partial.add(call);
      if (!continues) this.#endCall(events);
      return;
    }
    this.#openCalls.push(name ?? '');
    const wireId = stringAt(call, 'id');
    const id = { id: wireId ?? this.#makeId(part), madeUp: wireId === undefined };
    const block = readFunctionCall(part, id);
    if (!continues) {
      this.#whole(block, events);
      return;
    }
    this.#endCall(events);
    this.#endText(events);
    const key = `block:${this.#blocks++}`;
    events.push(this.#tracker.start(this.#index, key, { ...block, argumentsJson: '' }));
    this.#call = { key, partial: new PartialArguments() };
    this.#call.partial.add(call);
  }

  #endCall(events: StreamEvent[]): void {
    if (this.#call === undefined) return;
    const { key, partial } = this.#call;
    this.#call = undefined;
    const event = this.#tracker.delta(this.#index, key, { kind: 'arguments', text: partial.json });
    if (event !== undefined) events.push(event);
    events.push(...this.#tracker.end(this.#index, key));
  }

  #answered(name: string | undefined): void {
    const at = this.#openCalls.indexOf(name ?? '');
    if (at >= 0) this.#openCalls.splice(at, 1);
  }

  /** Made of the answer's id, so that calls of different answers never share one. */
  #makeId(part: JsonObject): string {
    const seed = this.#idSeed === '' ? hash(JSON.stringify(part)) : this.#idSeed;
    return this.#index === 0 ? `call_${seed}_${this.#calls++}` : `call_${seed}_${this.#index}_${this.#calls++}`;
  }

  /** Citations come with the last chunk. Those of a text that has ended stand at the open one, without a place in it. */
  #cite(events: StreamEvent[]): void {
    if (this.#open?.kind !== 'text') return;
    for (const { textIndex, citation } of decodeCitations(this.#extras, this.#texts)) {
      const { start: _, end: __, ...placeless } = citation;
      const here = textIndex === this.#texts.length - 1;
      this.#append({ kind: 'citation', citation: here ? citation : placeless }, events);
    }
  }
}

const textKey = 'text';

/** Later chunks say more of an object (grounding comes in parts, some of them empty); of anything else the last one counts. */
const joined = (before: Json | undefined, after: Json | undefined): Json | undefined =>
  isObject(before) && isObject(after) ? { ...before, ...after } : after;

/** FNV-1a, for answers without an id. */
const hash = (text: string): string => {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value ^= text.charCodeAt(index);
    value = Math.imul(value, 0x01000193);
  }
  return (value >>> 0).toString(36);
};
