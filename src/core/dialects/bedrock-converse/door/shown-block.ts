import {
  type Block,
  type Delta,
  type MediaBlock,
  type Seal,
  type ThinkingBlock,
  type ToolCallBlock,
  wrapSeal,
} from '../../../ir/index.ts';
import { isArray, isObject, type JsonObject, objectAt } from '../../../json/json.ts';
import { foreignSeal, sealAfter } from '../../carried-seal.ts';
import { customInput } from '../../tooling/custom-tool.ts';
import { encodeCitation } from '../wire/citations.ts';
import { own } from '../wire/dialect-name.ts';
import { encodeImage } from './encode-block.ts';

/** Where the events of one block go: they are numbered and named there. */
export interface BlockSink {
  /** Begins the next block; `start` is given where this wire has one for its kind. */
  open(start?: JsonObject): void;
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
      return block.source.kind === 'base64' ? new ShownImage(block, sink) : undefined;
    case 'tool-result':
      return undefined;
  }
};

const thought = (sink: BlockSink, delta: JsonObject): void => sink.delta({ reasoningContent: delta });

const writeCarrierBefore = (sink: BlockSink, seal: Seal): void => {
  sink.open();
  thought(sink, { signature: wrapSeal(seal, own) });
  sink.stop();
};

const writeRedacted = (sink: BlockSink, seal: Seal): void => {
  sink.open();
  thought(sink, { redactedContent: wrapSeal(seal, own) });
  sink.stop();
};

class ShownText implements ShownBlock {
  readonly #sink: BlockSink;
  #open = false;
  /** A seal that came when the block was shown already. */
  #lateSeal: Seal | undefined;

  constructor(block: Extract<Block, { kind: 'text' | 'refusal' }>, sink: BlockSink) {
    this.#sink = sink;
    const seal = foreignSeal(block, own);
    if (seal !== undefined) writeCarrierBefore(sink, seal);
    this.#addText(block.text);
    if (block.kind === 'text') for (const citation of block.citations ?? []) this.add({ kind: 'citation', citation });
  }

  add(delta: Delta): void {
    if (delta.kind === 'text') this.#addText(delta.text);
    else if (delta.kind === 'seal' && delta.seal.dialect !== own) this.#lateSeal = delta.seal;
    else if (delta.kind === 'citation') {
      const citation = encodeCitation(delta.citation);
      if (citation !== undefined) this.#write({ citation });
    }
  }

  end(): void {
    // A seal needs its block, so a text that stayed empty is shown when a seal hangs on it.
    if (this.#lateSeal !== undefined && !this.#open) this.#write({ text: '' });
    if (this.#open) this.#sink.stop();
    if (this.#lateSeal !== undefined) writeRedacted(this.#sink, sealAfter(this.#lateSeal));
  }

  #addText(text: string): void {
    if (text !== '') this.#write({ text });
  }

  #write(delta: JsonObject): void {
    if (!this.#open) this.#sink.open();
    this.#open = true;
    this.#sink.delta(delta);
  }
}

class ShownThinking implements ShownBlock {
  readonly #sink: BlockSink;
  readonly #redacted: boolean;
  #seal: Seal | undefined;
  #open = false;

  constructor(block: ThinkingBlock, sink: BlockSink) {
    this.#sink = sink;
    this.#redacted = block.redacted === true;
    this.#seal = block.seal;
    this.add({ kind: 'text', text: block.text });
  }

  add(delta: Delta): void {
    if (delta.kind === 'seal') this.#seal = delta.seal;
    else if (delta.kind === 'text' && delta.text !== '') this.#write({ text: delta.text });
  }

  /** Sealed thoughts without text are redacted ones, unless they are this dialect's own empty thinking. */
  end(): void {
    const seal = this.#seal;
    if (!this.#open && seal !== undefined && (this.#redacted || seal.dialect !== own)) writeRedacted(this.#sink, seal);
    else if (seal !== undefined) this.#write({ signature: wrapSeal(seal, own) });
    if (this.#open) this.#sink.stop();
  }

  #write(delta: JsonObject): void {
    if (!this.#open) this.#sink.open();
    this.#open = true;
    thought(this.#sink, delta);
  }
}

class ShownCall implements ShownBlock {
  readonly #sink: BlockSink;
  #lateSeal: Seal | undefined;

  constructor(block: ToolCallBlock, sink: BlockSink, spareId: string) {
    this.#sink = sink;
    const seal = foreignSeal(block, own);
    if (seal !== undefined) writeCarrierBefore(sink, seal);
    const toolUseId = block.id === '' ? spareId : block.id;
    sink.open({ toolUse: { toolUseId, name: block.name, ...objectAt(block.meta?.[own], 'members') } });
    this.#addArguments(block.argumentsJson);
  }

  add(delta: Delta): void {
    if (delta.kind === 'arguments') this.#addArguments(delta.text);
    else if (delta.kind === 'seal' && delta.seal.dialect !== own) this.#lateSeal = delta.seal;
  }

  end(): void {
    this.#sink.stop();
    if (this.#lateSeal !== undefined) writeRedacted(this.#sink, sealAfter(this.#lateSeal));
  }

  #addArguments(text: string): void {
    if (text !== '') this.#sink.delta({ toolUse: { input: text } });
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
    const toolUseId = this.#block.id === '' ? this.#spareId : this.#block.id;
    const seal = foreignSeal(this.#block, own);
    if (seal !== undefined) writeCarrierBefore(this.#sink, seal);
    this.#sink.open({ toolUse: { toolUseId, name: this.#block.name } });
    this.#sink.delta({ toolUse: { input: JSON.stringify(customInput(this.#text)) } });
    this.#sink.stop();
  }
}

/** A picture is shown when its bytes are all there. */
class ShownImage implements ShownBlock {
  readonly #sink: BlockSink;
  #block: MediaBlock;

  constructor(block: MediaBlock, sink: BlockSink) {
    this.#block = block;
    this.#sink = sink;
  }

  add(delta: Delta): void {
    const { source } = this.#block;
    if (delta.kind === 'data' && source.kind === 'base64')
      this.#block = { ...this.#block, source: { kind: 'base64', data: source.data + delta.data } };
  }

  end(): void {
    const image = objectAt(encodeImage(this.#block), 'image');
    if (image === undefined) return;
    const { format, source } = image;
    this.#sink.open({ image: { format } });
    this.#sink.delta({ image: { source } });
    this.#sink.stop();
  }
}

/** A block of this dialect's own, which came whole: a start with its members, its content and its input behind it. */
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
    const [kind, content] = Object.entries(this.#value)[0] ?? [];
    if (kind === undefined || !isObject(content)) return;
    const { input, content: list, ...start } = content;
    this.#sink.open({ [kind]: start });
    if (input !== undefined) this.#sink.delta({ [kind]: { input: JSON.stringify(input) } });
    if (isArray(list)) this.#sink.delta({ [kind]: list });
    this.#sink.stop();
  }
}
