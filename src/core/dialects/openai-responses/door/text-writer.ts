import type { Citation, Delta, RefusalBlock, Seal, TextBlock, TokenLogprob } from '../../../ir/index.ts';
import type { Json, JsonDraft, JsonObject } from '../../../json/json.ts';
import { encodeAnnotation } from '../wire/annotations.ts';
import { encodeLogprobs } from '../wire/logprobs.ts';
import { ownMeta } from '../wire/own.ts';
import { type CarriedSide, writeCarriedSeal } from '../wire/seal-carrier.ts';
import type { BlockWriter, WriterScope } from './block-writer.ts';
import type { OutputItem } from './output-items.ts';

/** Writes a seal that text and calls have no place for as a reasoning item of its own. */
export const carrySeal = (scope: WriterScope, side: CarriedSide, seal: Seal): void =>
  scope.items.whole('rs', { type: 'reasoning', summary: [], encrypted_content: writeCarriedSeal({ side, seal }) });

/** The message item a part goes into: the open one, unless the block begins another. */
export const messageItem = (block: TextBlock | RefusalBlock, scope: WriterScope): OutputItem => {
  const { item } = ownMeta(block);
  const open = item === undefined ? scope.items.joinable('message') : undefined;
  return (
    open ?? scope.items.open('msg', { ...item, type: 'message', status: 'in_progress', role: 'assistant', content: [] })
  );
};

/** Adds a content part to an item and returns its place. */
export const addPart = (scope: WriterScope, item: OutputItem, part: JsonDraft): JsonObject => {
  const content = (item.wire['content'] ?? []) as Json[];
  content.push(part);
  item.wire['content'] = content;
  item.openParts += 1;
  const at = { item_id: item.id, output_index: item.index, content_index: content.length - 1 };
  scope.emit('response.content_part.added', { ...at, part });
  return at;
};

export const endPart = (scope: WriterScope, item: OutputItem, done: { at: JsonObject; part: JsonObject }): void => {
  scope.emit('response.content_part.done', { ...done.at, part: done.part });
  item.openParts -= 1;
  scope.items.settle(item);
};

const noLogprobs: readonly JsonObject[] = [];

export class TextWriter implements BlockWriter {
  readonly #scope: WriterScope;
  readonly #item: OutputItem;
  readonly #part: JsonDraft;
  readonly #at: JsonObject;
  readonly #annotations: Json[] = [];
  readonly #logprobs: JsonObject[] = [];
  #text = '';
  #citations = 0;
  readonly #waiting: { readonly citation: Citation; readonly index: number }[] = [];
  #lateSeal: Seal | undefined;

  constructor(block: TextBlock, scope: WriterScope) {
    this.#scope = scope;
    if (block.seal !== undefined) carrySeal(scope, 'next', block.seal);
    this.#item = messageItem(block, scope);
    this.#part = { type: 'output_text', text: '', annotations: this.#annotations, logprobs: this.#logprobs };
    this.#at = addPart(scope, this.#item, this.#part);
    if (block.text !== '') this.#append(block.text, noLogprobs);
    for (const citation of block.citations ?? []) this.#cite(citation);
  }

  delta(delta: Delta): void {
    if (delta.kind === 'text') this.#append(delta.text, noLogprobs);
    else if (delta.kind === 'citation') this.#cite(delta.citation);
    else if (delta.kind === 'logprobs') this.#note(delta.logprobs);
    else if (delta.kind === 'seal') this.#lateSeal = delta.seal;
  }

  end(): void {
    for (const { citation, index } of this.#waiting) this.#annotate(citation, index);
    this.#scope.emit('response.output_text.done', { ...this.#at, text: this.#text, logprobs: this.#logprobs });
    endPart(this.#scope, this.#item, { at: this.#at, part: this.#part });
    if (this.#lateSeal !== undefined) carrySeal(this.#scope, 'last', this.#lateSeal);
  }

  #append(text: string, logprobs: readonly JsonObject[]): void {
    this.#text += text;
    this.#part['text'] = this.#text;
    this.#scope.emit('response.output_text.delta', { ...this.#at, delta: text, logprobs });
  }

  #note(logprobs: readonly TokenLogprob[]): void {
    const wire = encodeLogprobs(logprobs);
    this.#logprobs.push(...wire);
    this.#append('', wire);
  }

  /** A citation without a place is for the whole text, and some providers send it before the text. */
  #cite(citation: Citation): void {
    const index = this.#citations++;
    if (citation.end === undefined) this.#waiting.push({ citation, index });
    else this.#annotate(citation, index);
  }

  #annotate(citation: Citation, index: number): void {
    const annotation = encodeAnnotation(citation, this.#text.length);
    if (annotation === undefined) {
      this.#scope.losses.dropped(`${this.#scope.path}.citations[${index}]`, citation.kind);
      return;
    }
    this.#annotations.push(annotation);
    this.#scope.emit('response.output_text.annotation.added', {
      ...this.#at,
      annotation_index: this.#annotations.length - 1,
      annotation,
    });
  }
}

export class RefusalWriter implements BlockWriter {
  readonly #scope: WriterScope;
  readonly #item: OutputItem;
  readonly #part: JsonDraft = { type: 'refusal', refusal: '' };
  readonly #at: JsonObject;
  #text = '';

  constructor(block: RefusalBlock, scope: WriterScope) {
    this.#scope = scope;
    this.#item = messageItem(block, scope);
    this.#at = addPart(scope, this.#item, this.#part);
    if (block.text !== '') this.#append(block.text);
  }

  delta(delta: Delta): void {
    if (delta.kind === 'text') this.#append(delta.text);
  }

  end(): void {
    this.#scope.emit('response.refusal.done', { ...this.#at, refusal: this.#text });
    endPart(this.#scope, this.#item, { at: this.#at, part: this.#part });
  }

  #append(text: string): void {
    this.#text += text;
    this.#part['refusal'] = this.#text;
    this.#scope.emit('response.refusal.delta', { ...this.#at, delta: text });
  }
}
