import { type Delta, type Seal, type ThinkingBlock, wrapSeal } from '../../../ir/index.ts';
import type { Json, JsonDraft, JsonObject } from '../../../json/json.ts';
import { own, ownMeta } from '../wire/own.ts';
import type { BlockWriter, WriterScope } from './block-writer.ts';
import type { OutputItem } from './output-items.ts';
import { addPart, endPart } from './text-writer.ts';

/**
 * Thoughts go into the summary, the only place every client shows; those a provider of this dialect wrote as raw reasoning go back where they
 * were. Item and part are made when there is something to put in, so that empty thoughts leave no trace.
 */
export class ReasoningWriter implements BlockWriter {
  readonly #scope: WriterScope;
  readonly #members: JsonObject | undefined;
  readonly #raw: boolean;
  #item: OutputItem | undefined;
  #part: { readonly at: JsonObject; readonly wire: JsonDraft } | undefined;
  #text = '';
  #seal: Seal | undefined;

  constructor(block: ThinkingBlock, scope: WriterScope) {
    this.#scope = scope;
    this.#members = ownMeta(block).item;
    const joinsNamed = scope.items.joinable('reasoning')?.named ?? false;
    this.#raw = block.form === undefined && (this.#members !== undefined || joinsNamed);
    this.#seal = block.seal;
    if (block.text !== '') this.#append(block.text);
  }

  delta(delta: Delta): void {
    if (delta.kind === 'text') this.#append(delta.text);
    else if (delta.kind === 'seal') this.#seal = delta.seal;
  }

  /** A seal closes its item: the next thought has one of its own. */
  end(): void {
    const sealed = this.#seal === undefined ? undefined : this.#open();
    if (sealed !== undefined && this.#seal !== undefined) sealed.wire['encrypted_content'] = wrapSeal(this.#seal, own);
    this.#endPart();
    if (sealed !== undefined) this.#scope.items.close(sealed);
  }

  #open(): OutputItem {
    const { items } = this.#scope;
    const joined = this.#members === undefined ? items.joinable('reasoning') : undefined;
    this.#item ??= joined ?? items.open('rs', { ...this.#members, type: 'reasoning', summary: [] });
    return this.#item;
  }

  #append(text: string): void {
    if (text === '') return;
    this.#part ??= this.#raw ? this.#openRaw() : this.#openSummary();
    this.#text += text;
    this.#part.wire['text'] = this.#text;
    const type = this.#raw ? 'response.reasoning_text.delta' : 'response.reasoning_summary_text.delta';
    this.#scope.emit(type, { ...this.#part.at, delta: text });
  }

  #openRaw() {
    const wire: JsonDraft = { type: 'reasoning_text', text: '' };
    return { wire, at: addPart(this.#scope, this.#open(), wire) };
  }

  #openSummary() {
    const item = this.#open();
    const wire: JsonDraft = { type: 'summary_text', text: '' };
    const summary = item.wire['summary'] as Json[];
    const at = { item_id: item.id, output_index: item.index, summary_index: summary.push(wire) - 1 };
    item.openParts += 1;
    this.#scope.emit('response.reasoning_summary_part.added', { ...at, part: wire });
    return { wire, at };
  }

  #endPart(): void {
    const { emit, items } = this.#scope;
    if (this.#part === undefined || this.#item === undefined) return;
    const { at, wire } = this.#part;
    if (this.#raw) {
      emit('response.reasoning_text.done', { ...at, text: this.#text });
      endPart(this.#scope, this.#item, { at, part: wire });
      return;
    }
    emit('response.reasoning_summary_text.done', { ...at, text: this.#text });
    emit('response.reasoning_summary_part.done', { ...at, part: wire });
    this.#item.openParts -= 1;
    items.settle(this.#item);
  }
}
