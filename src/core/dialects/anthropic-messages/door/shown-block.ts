import {
  type Block,
  type Delta,
  type Seal,
  type ThinkingBlock,
  type ToolCallBlock,
  wrapSeal,
} from '../../../ir/index.ts';
import { isObject, type JsonObject } from '../../../json/json.ts';
import { customInput } from '../../tooling/custom-tool.ts';
import { carrierAfter, carrierBefore, foreignSeal } from '../wire/carried-seal.ts';
import { encodeCitation } from '../wire/citations.ts';
import { own } from '../wire/dialect-name.ts';

/** Where the events of one block go: they are numbered and named there. */
export interface BlockSink {
  start(contentBlock: JsonObject): void;
  delta(delta: JsonObject): void;
  stop(): void;
}

/** A block of a stream as this wire shows it. Nothing is written before there is something to show. */
export interface ShownBlock {
  add(delta: Delta): void;
  end(): void;
}

/** How a block is shown; undefined when this wire cannot show it. `spareId` is for a call that came without an id. */
export const showBlock = (block: Block, sink: BlockSink, spareId: string): ShownBlock | undefined => {
  switch (block.kind) {
    case 'text':
    case 'refusal':
      return new ShownText(block, sink);
    case 'thinking':
      return new ShownThinking(block, sink);
    case 'tool-call':
      return block.custom === true ? new ShownCustomCall(block, sink, spareId) : new ShownCall(block, sink, spareId);
    case 'opaque':
      return block.dialect === own && isObject(block.value) ? new ShownWhole(block.value, sink) : undefined;
    case 'media':
    case 'tool-result':
      return undefined;
  }
};

const writeWhole = (sink: BlockSink, block: JsonObject): void => {
  sink.start(block);
  sink.stop();
};

/** A carrier whose signature comes as a delta, as clients that gather streams expect it. */
const writeCarrierBefore = (sink: BlockSink, seal: Seal): void => {
  const { signature, ...start } = carrierBefore(seal);
  sink.start({ ...start, signature: '' });
  sink.delta({ type: 'signature_delta', ...(signature === undefined ? {} : { signature }) });
  sink.stop();
};

class ShownText implements ShownBlock {
  readonly #sink: BlockSink;
  readonly #members: JsonObject;
  #open = false;
  /** A seal that came when the block was shown already. */
  #lateSeal: Seal | undefined;

  constructor(block: Extract<Block, { kind: 'text' | 'refusal' }>, sink: BlockSink) {
    this.#sink = sink;
    this.#members = block.meta?.[own] ?? {};
    const seal = foreignSeal(block);
    if (seal !== undefined) writeCarrierBefore(sink, seal);
    this.#addText(block.text);
    if (block.kind === 'text') for (const citation of block.citations ?? []) this.add({ kind: 'citation', citation });
  }

  add(delta: Delta): void {
    if (delta.kind === 'text') this.#addText(delta.text);
    else if (delta.kind === 'seal' && delta.seal.dialect !== own) this.#lateSeal = delta.seal;
    else if (delta.kind === 'citation') {
      const citation = encodeCitation(delta.citation);
      if (citation !== undefined) this.#write({ type: 'citations_delta', citation });
    }
  }

  end(): void {
    // A seal needs its block, so a text that stayed empty is shown when a seal hangs on it.
    if (this.#lateSeal !== undefined && !this.#open) this.#write({ type: 'text_delta', text: '' });
    if (this.#open) this.#sink.stop();
    if (this.#lateSeal !== undefined) writeWhole(this.#sink, carrierAfter(this.#lateSeal));
  }

  #addText(text: string): void {
    if (text !== '') this.#write({ type: 'text_delta', text });
  }

  #write(delta: JsonObject): void {
    if (!this.#open) this.#sink.start({ type: 'text', text: '', ...this.#members });
    this.#open = true;
    this.#sink.delta(delta);
  }
}

class ShownThinking implements ShownBlock {
  readonly #sink: BlockSink;
  readonly #redacted: boolean;
  readonly #members: JsonObject;
  #seal: Seal | undefined;
  #open = false;

  constructor(block: ThinkingBlock, sink: BlockSink) {
    this.#sink = sink;
    this.#redacted = block.redacted === true;
    this.#members = block.meta?.[own] ?? {};
    this.#seal = block.seal;
    this.add({ kind: 'text', text: block.text });
  }

  add(delta: Delta): void {
    if (delta.kind === 'seal') this.#seal = delta.seal;
    else if (delta.kind === 'text' && delta.text !== '') this.#write({ type: 'thinking_delta', thinking: delta.text });
  }

  /** Sealed thoughts without text are redacted ones, unless they are this dialect's own empty thinking. */
  end(): void {
    const seal = this.#seal;
    const hidden = !this.#open && seal !== undefined && (this.#redacted || seal.dialect !== own);
    if (hidden) writeWhole(this.#sink, { type: 'redacted_thinking', data: wrapSeal(seal, own) });
    else if (seal !== undefined) this.#write({ type: 'signature_delta', signature: wrapSeal(seal, own) });
    // Clients keep a streamed thought only when its signature came, as every thought of the provider's own has one.
    else if (this.#open) this.#write({ type: 'signature_delta', signature: '' });
    if (this.#open) this.#sink.stop();
  }

  #write(delta: JsonObject): void {
    if (!this.#open) this.#sink.start({ type: 'thinking', thinking: '', signature: '', ...this.#members });
    this.#open = true;
    this.#sink.delta(delta);
  }
}

class ShownCall implements ShownBlock {
  readonly #sink: BlockSink;
  #lateSeal: Seal | undefined;

  constructor(block: ToolCallBlock, sink: BlockSink, spareId: string) {
    this.#sink = sink;
    const seal = foreignSeal(block);
    if (seal !== undefined) writeCarrierBefore(sink, seal);
    const id = block.id === '' ? spareId : block.id;
    sink.start({ type: 'tool_use', id, name: block.name, input: {}, ...block.meta?.[own] });
    this.#addArguments(block.argumentsJson);
  }

  add(delta: Delta): void {
    if (delta.kind === 'arguments') this.#addArguments(delta.text);
    else if (delta.kind === 'seal' && delta.seal.dialect !== own) this.#lateSeal = delta.seal;
  }

  end(): void {
    this.#sink.stop();
    if (this.#lateSeal !== undefined) writeWhole(this.#sink, carrierAfter(this.#lateSeal));
  }

  #addArguments(text: string): void {
    if (text !== '') this.#sink.delta({ type: 'input_json_delta', partial_json: text });
  }
}

/** Free text becomes the one argument of the call, so it can be written only when it is whole. */
class ShownCustomCall implements ShownBlock {
  readonly #block: ToolCallBlock;
  readonly #sink: BlockSink;
  readonly #spareId: string;
  #text: string;

  constructor(block: ToolCallBlock, sink: BlockSink, spareId: string) {
    this.#block = block;
    this.#sink = sink;
    this.#spareId = spareId;
    this.#text = block.argumentsJson;
  }

  add(delta: Delta): void {
    if (delta.kind === 'arguments') this.#text += delta.text;
  }

  end(): void {
    const id = this.#block.id === '' ? this.#spareId : this.#block.id;
    const seal = foreignSeal(this.#block);
    if (seal !== undefined) writeCarrierBefore(this.#sink, seal);
    this.#sink.start({ type: 'tool_use', id, name: this.#block.name, input: {} });
    this.#sink.delta({ type: 'input_json_delta', partial_json: JSON.stringify(customInput(this.#text)) });
    this.#sink.stop();
  }
}

class ShownWhole implements ShownBlock {
  readonly #value: JsonObject;
  readonly #sink: BlockSink;

  constructor(value: JsonObject, sink: BlockSink) {
    this.#value = value;
    this.#sink = sink;
  }

  add(): void {
    // Such a block comes whole.
  }

  end(): void {
    writeWhole(this.#sink, this.#value);
  }
}
