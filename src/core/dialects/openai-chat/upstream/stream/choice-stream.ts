import type { Block, Citation, StreamEvent, TokenLogprob } from '../../../../ir/index.ts';
import {
  isArray,
  isObject,
  type Json,
  type JsonDraft,
  type JsonObject,
  setMember,
  stringAt,
} from '../../../../json/json.ts';
import { readAnnotation } from '../../wire/annotations.ts';
import { readLogprobs } from '../../wire/logprobs.ts';
import { readImages } from '../../wire/media-out.ts';
import { own } from '../../wire/own.ts';
import { readPart, thinkingText } from '../../wire/read-part.ts';
import { readStop } from '../../wire/stop-reason.ts';
import { readCallSeal } from '../../wire/tool-calls.ts';
import { knownChoice, knownMessage } from '../known-members.ts';
import { AudioStream } from './audio-stream.ts';
import { contentThought, ThinkingStream } from './thinking-stream.ts';
import { ToolCallStream } from './tool-call-stream.ts';

interface OpenWords {
  readonly kind: 'text' | 'refusal';
  readonly index: number;
}

/**
 * Reads the chunks of one choice. At most one of text, refusal and reasoning is open, so that blocks keep the order in which they came;
 * tool calls stay open to the end. The end is held until the stream's, since some hosts send more after the finish word.
 */
export class ChoiceStream {
  readonly choice: number;
  readonly #responseId: string;
  readonly #thinking: ThinkingStream;
  readonly #calls: ToolCallStream;
  readonly #audio: AudioStream;
  #words: OpenWords | undefined;
  #next = 0;
  #rawStop = '';
  #refused = false;
  #cited = false;
  #textLength = 0;
  #textStart = 0;
  #earlyLogprobs: TokenLogprob[] = [];
  #earlyAnnotations: Json[] = [];
  readonly #extras: JsonDraft = {};
  readonly #message: JsonDraft = {};
  readonly #otherLogprobs = new Map<string, Json[]>();

  constructor(choice: number, responseId: string) {
    this.choice = choice;
    this.#responseId = responseId;
    this.#thinking = new ThinkingStream(this);
    this.#calls = new ToolCallStream(this);
    this.#audio = new AudioStream(this);
  }

  get finished(): boolean {
    return this.#rawStop !== '';
  }

  push(wire: JsonObject, events: StreamEvent[]): void {
    const delta = wire['delta'] ?? wire['message'];
    if (isObject(delta)) this.#readDelta(delta, events);
    const logprobs = wire['logprobs'];
    if (isObject(logprobs)) this.#readLogprobs(logprobs, events);
    const stop = wire['finish_reason'];
    if (typeof stop === 'string' && this.#rawStop === '') this.#rawStop = stop;
    gather(wire, knownChoice, this.#extras);
  }

  /** What the whole answer was made from, told beside it; for the text that is open at the end, unless it cites in its own way. */
  addSources(sources: readonly Citation[], events: StreamEvent[]): void {
    if (this.#cited || this.#words?.kind !== 'text') return;
    for (const citation of sources) this.#addCitation(citation, this.#words.index, events);
  }

  end(events: StreamEvent[]): void {
    this.#endWords(events);
    this.#thinking.end(events);
    this.#audio.end(events);
    this.#calls.end(events);
    if (this.#earlyAnnotations.length > 0) this.#message['annotations'] = this.#earlyAnnotations;
    if (Object.keys(this.#message).length > 0) this.#extras['message'] = this.#message;
    if (this.#otherLogprobs.size > 0) this.#extras['logprobs'] = Object.fromEntries(this.#otherLogprobs);
    events.push({
      kind: 'choice-end',
      choice: this.choice,
      stop: readStop(this.#rawStop, { calledTools: this.#calls.started, refused: this.#refused }),
      rawStop: this.#rawStop,
      ...(Object.keys(this.#extras).length === 0 ? {} : { extras: { [own]: this.#extras } }),
    });
  }

  makeId(place: number): string {
    return `call_${this.#responseId}_${this.choice}_${place}`;
  }

  openBlock(events: StreamEvent[]): number {
    this.#endWords(events);
    this.#thinking.end(events);
    return this.#next++;
  }

  #readDelta(delta: JsonObject, events: StreamEvent[]): void {
    this.#thinking.push(delta, events);
    this.#readContent(delta['content'], events);
    const refusal = delta['refusal'];
    if (typeof refusal === 'string') this.#addWords('refusal', refusal, events);
    const calls = delta['tool_calls'];
    if (isArray(calls)) for (const call of calls) if (isObject(call)) this.#calls.push(call, events);
    const legacy = delta['function_call'];
    if (isObject(legacy)) this.#calls.pushLegacy(legacy, events);
    if (isArray(delta['images'])) for (const image of readImages(delta)) this.#addWhole(image, events);
    if (isObject(delta['audio'])) this.#audio.push(delta['audio'], events);
    if (isArray(delta['annotations'])) for (const entry of delta['annotations']) this.#cite(entry, events);
    if (delta['extra_content'] !== undefined) this.#readSeal(delta, events);
    gather(delta, knownMessage, this.#message);
  }

  #readContent(content: Json | undefined, events: StreamEvent[]): void {
    if (typeof content === 'string') this.#addWords('text', content, events);
    if (!isArray(content)) return;
    for (const part of content) {
      const type = stringAt(part, 'type');
      if (typeof part === 'string') this.#addWords('text', part, events);
      else if (type === 'text') this.#addWords('text', stringAt(part, 'text') ?? '', events);
      else if (type === 'thinking' && isObject(part))
        this.#thinking.add(contentThought(thinkingText(part['thinking'])), 'content', events);
      else this.#addWhole(readPart(part), events);
    }
  }

  #addWords(kind: 'text' | 'refusal', text: string, events: StreamEvent[]): void {
    if (text === '') return;
    if (this.#words?.kind !== kind) this.#startWords(kind, events);
    if (this.#words === undefined) return;
    if (kind === 'text') this.#textLength += text.length;
    events.push({
      kind: 'block-delta',
      choice: this.choice,
      index: this.#words.index,
      delta: { kind: 'text', text },
    });
  }

  #startWords(kind: 'text' | 'refusal', events: StreamEvent[]): void {
    const index = this.openBlock(events);
    this.#words = { kind, index };
    events.push({ kind: 'block-start', choice: this.choice, index, block: { kind, text: '' } });
    if (kind === 'refusal') this.#refused = true;
    if (kind !== 'text') return;
    this.#textStart = this.#textLength;
    const early = this.#earlyAnnotations;
    this.#earlyAnnotations = [];
    for (const entry of early) this.#cite(entry, events);
  }

  #endWords(events: StreamEvent[]): void {
    if (this.#words === undefined) return;
    events.push({ kind: 'block-end', choice: this.choice, index: this.#words.index });
    this.#words = undefined;
  }

  #addWhole(block: Block, events: StreamEvent[]): void {
    const index = this.openBlock(events);
    events.push({ kind: 'block-start', choice: this.choice, index, block });
    events.push({ kind: 'block-end', choice: this.choice, index });
  }

  /** Citations belong to text; those that come before any wait for it. */
  #cite(entry: Json, events: StreamEvent[]): void {
    if (this.#words?.kind !== 'text') {
      this.#earlyAnnotations.push(entry);
      return;
    }
    this.#addCitation(readAnnotation(entry, this.#textStart), this.#words.index, events);
  }

  #addCitation(citation: Citation, index: number, events: StreamEvent[]): void {
    this.#cited = true;
    events.push({ kind: 'block-delta', choice: this.choice, index, delta: { kind: 'citation', citation } });
  }

  #readSeal(delta: JsonObject, events: StreamEvent[]): void {
    const seal = readCallSeal(delta);
    if (seal === undefined) return;
    if (this.#words?.kind === 'text')
      events.push({
        kind: 'block-delta',
        choice: this.choice,
        index: this.#words.index,
        delta: { kind: 'seal', seal },
      });
    else this.#message['extra_content'] = delta['extra_content'];
  }

  #readLogprobs(wire: JsonObject, events: StreamEvent[]): void {
    for (const name in wire) {
      const list = wire[name];
      if (!isArray(list) || list.length === 0) continue;
      if (name !== 'content' && name !== 'refusal') {
        this.#otherLogprobs.set(name, [...(this.#otherLogprobs.get(name) ?? []), ...list]);
        continue;
      }
      this.#addLogprobs(readLogprobs(list) ?? [], events);
    }
  }

  #addLogprobs(logprobs: readonly TokenLogprob[], events: StreamEvent[]): void {
    const index = this.#words?.index ?? this.#thinking.openIndex ?? this.#calls.lastBlock;
    if (index === undefined) {
      this.#earlyLogprobs.push(...logprobs);
      return;
    }
    const all = this.#earlyLogprobs.length === 0 ? logprobs : [...this.#earlyLogprobs, ...logprobs];
    this.#earlyLogprobs = [];
    events.push({ kind: 'block-delta', choice: this.choice, index, delta: { kind: 'logprobs', logprobs: all } });
  }
}

/** Keeps the latest of each member that has no place of its own. */
export const gather = (wire: JsonObject, known: ReadonlySet<string>, into: JsonDraft): void => {
  for (const name in wire) {
    const value = wire[name];
    if (value !== null && value !== undefined && !known.has(name)) setMember(into, name, value);
  }
};
