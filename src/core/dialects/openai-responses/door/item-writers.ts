import type { Delta, MediaBlock, OpaqueBlock, Seal, ToolCallBlock } from '../../../ir/index.ts';
import type { JsonDraft, JsonObject } from '../../../json/json.ts';
import { own, ownMeta } from '../wire/own.ts';
import type { BlockWriter, WriterScope } from './block-writer.ts';
import type { OutputItem } from './output-items.ts';
import { addPart, carrySeal, endPart } from './text-writer.ts';

/** The words that differ between the two kinds of calls. */
const callWords = {
  function: { type: 'function_call', prefix: 'fc', input: 'arguments', event: 'response.function_call_arguments' },
  custom: { type: 'custom_tool_call', prefix: 'ctc', input: 'input', event: 'response.custom_tool_call_input' },
} as const;

export class CallWriter implements BlockWriter {
  readonly #scope: WriterScope;
  readonly #words: (typeof callWords)[keyof typeof callWords];
  readonly #item: OutputItem;
  readonly #at: JsonObject;
  #input = '';
  #lateSeal: Seal | undefined;

  constructor(block: ToolCallBlock, scope: WriterScope) {
    this.#scope = scope;
    this.#words = block.custom ? callWords.custom : callWords.function;
    if (block.seal !== undefined) carrySeal(scope, 'next', block.seal);
    this.#item = scope.items.open(this.#words.prefix, this.#wire(block));
    this.#item.openParts = 1;
    this.#at = { item_id: this.#item.id, output_index: this.#item.index };
    if (block.argumentsJson !== '') this.#append(block.argumentsJson);
  }

  delta(delta: Delta): void {
    if (delta.kind === 'arguments') this.#append(delta.text);
    else if (delta.kind === 'seal') this.#lateSeal = delta.seal;
  }

  end(): void {
    // Clients parse the arguments, and some providers write none for a tool without parameters.
    if (this.#input === '' && this.#words === callWords.function) this.#append('{}');
    this.#scope.emit(`${this.#words.event}.done`, { ...this.#at, [this.#words.input]: this.#input });
    this.#item.openParts = 0;
    this.#scope.items.close(this.#item);
    if (this.#lateSeal !== undefined) carrySeal(this.#scope, 'last', this.#lateSeal);
  }

  #wire(block: ToolCallBlock): JsonDraft {
    const named = this.#scope.namespaced.get(block.name);
    return {
      type: this.#words.type,
      status: 'in_progress',
      call_id: block.id === '' ? `call_${this.#scope.replyId}_${this.#scope.items.list.length}` : block.id,
      name: named?.name ?? block.name,
      ...(named === undefined ? {} : { namespace: named.namespace['name'] }),
      [this.#words.input]: '',
      ...ownMeta(block).item,
    };
  }

  #append(text: string): void {
    this.#input += text;
    this.#item.wire[this.#words.input] = this.#input;
    this.#scope.emit(`${this.#words.event}.delta`, { ...this.#at, delta: text });
  }
}

/** An item or part of this dialect goes out as it came in; one of another dialect cannot. */
export const writeOpaque = (block: OpaqueBlock, scope: WriterScope): void => {
  if (block.dialect !== own) {
    scope.losses.dropped(scope.path, block.type);
    return;
  }
  const value = block.value as JsonObject;
  if (ownMeta(block).part === undefined) {
    scope.items.whole('item', { ...value });
    return;
  }
  const item = scope.items.joinable('message');
  if (item === undefined) {
    scope.losses.dropped(scope.path, block.type);
    return;
  }
  const part = { ...value };
  endPart(scope, item, { at: addPart(scope, item, part), part });
};

/** A picture the model made is shown as this dialect shows them; no other media has a place. */
export class PictureWriter implements BlockWriter {
  readonly #block: MediaBlock;
  readonly #scope: WriterScope;
  #data: string | undefined;

  constructor(block: MediaBlock, scope: WriterScope) {
    this.#block = block;
    this.#scope = scope;
    this.#data = block.source.kind === 'base64' && block.media === 'image' ? block.source.data : undefined;
  }

  delta(delta: Delta): void {
    if (delta.kind === 'data' && this.#data !== undefined) this.#data += delta.data;
  }

  end(): void {
    if (this.#data === undefined) {
      this.#scope.losses.dropped(this.#scope.path, `${this.#block.media} in an answer`);
      return;
    }
    this.#scope.items.whole('ig', {
      type: 'image_generation_call',
      status: 'completed',
      output_format: (this.#block.mimeType ?? 'image/png').replace('image/', ''),
      result: this.#data,
    });
  }
}
