import type { Block, Citation, Delta, StreamEvent, TokenLogprob } from '../../../ir/index.ts';
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

/** A text or thinking block that takes more text; a signature ends what may be added to it. */
interface OpenText {
  readonly kind: 'text' | 'thinking';
  readonly key: string;
  text: string;
  sealed: boolean;
}

/** A call whose arguments arrive in pieces. */
interface OpenCall {
  readonly key: string;
  readonly partial: PartialArguments;
}

export interface CandidatePlace {
  readonly index: number;
  readonly idSeed: string;
  readonly whole: boolean;
}

/** Reads the parts of one candidate. Text of one kind is one block until something else, or something after a signature, comes. */
export class CandidateReader {
  readonly #tracker: BlockTracker;
  readonly #index: number;
  readonly #idSeed: string;
  /** The whole answer is at hand: texts stay open to its end, so that citations, which come last, find them. */
  readonly #whole: boolean;
  /** All text blocks, for citations. */
  readonly #texts: OpenText[] = [];
  readonly #cited = new Set<string>();
  readonly #extras: JsonDraft = {};
  /** Names of calls that nothing in the answer has answered: those are the client's. */
  readonly #openCalls: string[] = [];
  /** Log probabilities whose text has not come yet. */
  #logprobs: TokenLogprob[] = [];
  #open: OpenText | undefined;
  #call: OpenCall | undefined;
  #blocks = 0;
  #calls = 0;
  #finish: string | undefined;

  constructor(tracker: BlockTracker, place: CandidatePlace) {
    this.#tracker = tracker;
    this.#whole = place.whole;
    this.#index = place.index;
    this.#idSeed = place.idSeed;
  }

  get finished(): boolean {
    return this.#finish !== undefined;
  }

  /** `candidate` has camelCase members. Events are added to `events`. */
  push(candidate: JsonObject, events: StreamEvent[]): void {
    for (const key in candidate) if (!known.has(key)) this.#extras[key] = joined(this.#extras[key], candidate[key]);
    const cites = candidate['groundingMetadata'] !== undefined;
    if (cites) this.#cite(events, false);
    const logprobs = objectAt(candidate, 'logprobsResult');
    if (logprobs !== undefined) this.#logprobs.push(...decodeLogprobs(logprobs));
    const content = objectAt(candidate, 'content');
    const parts = content?.['parts'];
    if (isArray(parts)) for (const part of parts) if (isObject(part)) this.#part(camelMembers(part), events);
    this.#finish = finishWord(candidate['finishReason']) ?? this.#finish;
    if (this.#open?.kind === 'text') this.#sayLogprobs(events);
    if (cites) this.#cite(events, false);
  }

  end(): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    this.#endCall(events);
    this.#cite(events, true);
    events.push(...this.#tracker.endAll(this.#index));
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
    this.#wholeBlock(readPart(part), events);
  }

  #text(part: JsonObject, text: string, events: StreamEvent[]): void {
    const kind = part['thought'] === true ? 'thinking' : 'text';
    const seal = readSeal(part);
    if (text === '' && seal === undefined) return;
    const fits = this.#open?.kind === kind && (!this.#open.sealed || text === '');
    if (!fits) this.#startText(part, kind, events);
    if (text !== '') {
      this.#append({ kind: 'text', text }, events);
      if (this.#open !== undefined) this.#open.text += text;
      if (kind === 'text') this.#sayLogprobs(events);
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
    const key = `block:${this.#blocks++}`;
    events.push(this.#tracker.start(this.#index, key, { ...read, text: '' }));
    this.#open = { kind, key, text: '', sealed: false };
    if (kind === 'text') this.#texts.push(this.#open);
  }

  #sayLogprobs(events: StreamEvent[]): void {
    if (this.#logprobs.length === 0) return;
    this.#append({ kind: 'logprobs', logprobs: this.#logprobs }, events);
    this.#logprobs = [];
  }

  #append(delta: Delta, events: StreamEvent[]): void {
    if (this.#open !== undefined) this.#add(this.#open.key, delta, events);
  }

  #add(key: string, delta: Delta, events: StreamEvent[]): void {
    const event = this.#tracker.delta(this.#index, key, delta);
    if (event !== undefined) events.push(event);
  }

  #endText(events: StreamEvent[]): void {
    if (this.#open !== undefined && !this.#whole) events.push(...this.#tracker.end(this.#index, this.#open.key));
    this.#open = undefined;
  }

  #wholeBlock(block: Block, events: StreamEvent[]): void {
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
      this.#wholeBlock(block, events);
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
    this.#add(key, { kind: 'arguments', text: partial.json }, events);
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

  /**
   * Hands on citations, each once: before the end only those whose words have been said, at the end all of them. Where the cited text has
   * ended in the stream, the citation stands at the open one, without a place in it.
   */
  #cite(events: StreamEvent[], final: boolean): void {
    const texts = this.#texts.map(({ text }) => text);
    for (const { textIndex, citation } of decodeCitations(this.#extras, texts)) {
      const text = this.#texts[textIndex];
      if (text === undefined) continue;
      const said =
        citation.citedText !== undefined && citation.citedText === text.text.slice(citation.start, citation.end);
      const name = `${textIndex} ${JSON.stringify(citation)}`;
      if (this.#cited.has(name) || !(said || final)) continue;
      if (this.#tracker.isOpen(this.#index, text.key)) this.#add(text.key, { kind: 'citation', citation }, events);
      else if (!final) continue;
      else this.#append({ kind: 'citation', citation: withoutPlace(citation) }, events);
      this.#cited.add(name);
    }
  }
}

const withoutPlace = ({ start: _, end: __, ...citation }: Citation): Citation => citation;

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
