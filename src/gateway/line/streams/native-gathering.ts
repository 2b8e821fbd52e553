import type { DialectId } from '../../../core/ir/index.ts';
import { arrayAt, objectAt, parseJson } from '../../../core/json/json.ts';
import { KeptText } from '../money/kept-text.ts';
import type { Gathering, Produced } from '../money/produced.ts';

/** Where a dialect's streams hold what the model writes: members whose value, a text or an object, is more of it. Matched up to that value. */
interface TextMembers {
  readonly members: RegExp;
  /** Stands once in the frames of every call of a tool. */
  readonly call: string;
  /** Words of frames that also hold texts of others, or repeat what was said: these are looked at closer. */
  readonly close?: readonly string[];
  /** What is the model's own of such a frame. */
  readonly ownOf?: (frame: string) => string;
}

/** All names at once: looking for each in every frame takes several times as long. */
const named = (...names: readonly string[]): RegExp => new RegExp(`"(?:${names.join('|')})" *: *(?=["{])`, 'g');

/** Some hosts send the whole message so far beside each piece of it, and pages they found beside the words. */
const ownOfChunk = (frame: string): string => {
  const chunk = parseJson(frame.slice(frame.indexOf('{')));
  const deltas = arrayAt(chunk, 'choices').map((choice) => ({ ...objectAt(choice, 'delta'), annotations: null }));
  return deltas.map((delta) => JSON.stringify(delta)).join('\n');
};

const chat: TextMembers = {
  members: named('content', 'reasoning_content', 'reasoning', 'refusal', 'arguments', 'name'),
  call: '"name"',
  close: ['"message"', '"annotations"'],
  ownOf: ownOfChunk,
};
const ollama: TextMembers = { members: named('content', 'thinking', 'arguments', 'name'), call: '"name"' };

const textMembers: Readonly<Record<DialectId, TextMembers>> = {
  'openai-chat': chat,
  'openai-completions': { members: named('text'), call: '"name"' },
  'openai-responses': { members: named('delta'), call: '"response.function_call_arguments.done"' },
  'anthropic-messages': { members: named('text', 'thinking', 'partial_json', 'name'), call: '"tool_use"' },
  gemini: {
    members: named('text', 'args', 'name'),
    call: '"functionCall"',
    close: ['"groundingMetadata"'],
    // Sources stand behind the content.
    ownOf: (frame) => frame.slice(0, frame.indexOf('"groundingMetadata"')),
  },
  cohere: {
    members: named('text', 'thinking', 'tool_plan', 'arguments', 'name'),
    call: '"tool-call-start"',
    close: ['"citation-start"'],
    ownOf: () => '',
  },
  'cohere-v1': {
    members: named('text', 'parameters', 'name'),
    call: '"name"',
    // Sources, and what was said in pieces once more as a whole.
    close: ['"search-results"', '"citation-generation"', '"tool-calls-generation"', '"stream-end"'],
    ownOf: () => '',
  },
  voyage: chat,
  jina: chat,
  'amazon-titan': chat,
  'vertex-predict': chat,
  ollama,
  'ollama-generate': { members: named('response', 'thinking'), call: '"name"' },
  'bedrock-converse': { members: named('text', 'input', 'name'), call: '"toolUseId"' },
};

/**
 * Finds what a model writes in the text of a native stream's frames without parsing them: the members that hold it, up to the quote that ends
 * them. Their names cannot stand inside a JSON text, where quotes are escaped.
 */
export class NativeGathering implements Gathering {
  readonly #where: TextMembers;
  #calls = 0;
  /** As it stands in the frames, escaped. */
  readonly #text = new KeptText();
  readonly #objects = new KeptText();

  get characters(): number {
    return this.#text.characters + this.#objects.characters;
  }

  constructor(dialect: DialectId) {
    this.#where = textMembers[dialect];
  }

  /** Whole frames, as text. */
  see(frames: string): void {
    const { close, ownOf } = this.#where;
    if (close === undefined || ownOf === undefined || !close.some((word) => frames.includes(word))) this.#read(frames);
    else
      for (const frame of frames.split(/\r?\n\r?\n/))
        this.#read(close.some((word) => frame.includes(word)) ? ownOf(frame) : frame);
  }

  produced(): Produced {
    const beyond = this.#text.beyond + this.#objects.beyond;
    const objects = this.#objects.text;
    return {
      texts: [unescaped(this.#text.text), ...(objects === '' ? [] : [objects])],
      calls: this.#calls,
      ...(beyond === 0 ? {} : { beyond }),
    };
  }

  #read(frames: string): void {
    const { members, call } = this.#where;
    members.lastIndex = 0;
    while (members.test(frames)) this.#take(frames, members.lastIndex);
    for (let at = frames.indexOf(call); at >= 0; at = frames.indexOf(call, at + call.length)) this.#calls++;
  }

  /** The value that begins at a place. */
  #take(frames: string, at: number): void {
    if (frames.charCodeAt(at) === quote) this.#text.add(frames.slice(at + 1, textEnd(frames, at + 1)));
    else this.#objects.add(frames.slice(at, objectEnd(frames, at)));
  }
}

const quote = 0x22;
const brace = 0x7b;
const closing = 0x7d;
const backslash = 0x5c;

/** The place of the quote that ends a JSON text which begins at `from`. */
const textEnd = (json: string, from: number): number => {
  let end = json.indexOf('"', from);
  while (end >= 0) {
    let before = end - 1;
    while (before >= from && json.charCodeAt(before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
    end = json.indexOf('"', end + 1);
  }
  return json.length;
};

/** The place behind the brace that ends an object which begins at `from`. */
const objectEnd = (json: string, from: number): number => {
  let depth = 0;
  for (let at = from; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === quote) at = textEnd(json, at + 1);
    else if (code === brace) depth++;
    else if (code === closing && --depth === 0) return at + 1;
  }
  return json.length;
};

/** A stream that was cut inside an escape keeps its text as it stood. */
const unescaped = (escaped: string): string => {
  try {
    return JSON.parse(`"${escaped}"`) as string;
  } catch {
    return escaped;
  }
};
