import type { Block, Citation, Delta, DialectId, Seal, ThinkingBlock, ToolCallBlock } from '../../ir/index.ts';
import { wrapSeal } from '../../ir/index.ts';
import type { JsonObject } from '../../json/json.ts';
import { customInput } from '../tooling/custom-tool.ts';
import { foreignSeal } from './carried-seal.ts';

/** Where the events of one block go: they are numbered and named there. */
export interface BlockSink {
  /** Begins the next block; `start` is given where the wire has one for its kind. */
  open(start?: JsonObject): void;
  delta(delta: JsonObject): void;
  stop(): void;
}

/** A block of a stream as a wire shows it. Nothing is written before there is something to show. */
export interface ShownBlock {
  add(delta: Delta): void;
  end(): void;
}

/** What a wire that shows one block after the other calls the parts of its blocks. A start is absent where the wire begins a block with its first piece. */
export interface ShownWords {
  readonly own: DialectId;
  startText(block: Block): JsonObject | undefined;
  text(text: string): JsonObject;
  /** Undefined when the wire cannot show it. */
  citation(citation: Citation): JsonObject | undefined;
  startThought(block: ThinkingBlock): JsonObject | undefined;
  thought(text: string): JsonObject;
  signature(value: string): JsonObject;
  /** A thought without a seal ends with an empty signature: clients keep a streamed thought only when one came. */
  readonly signsEvery: boolean;
  /** `whole`: with the provider's own members. */
  startCall(id: string, block: ToolCallBlock, whole: boolean): JsonObject;
  argumentsText(text: string): JsonObject;
  /** Writes blocks of their own, in which seals travel that the wire's blocks have no room for. */
  writeRedacted(sink: BlockSink, seal: Seal): void;
  writeBefore(sink: BlockSink, seal: Seal): void;
  writeAfter(sink: BlockSink, seal: Seal): void;
}

/** Where a block is shown, in which words. */
export interface Stage {
  readonly sink: BlockSink;
  readonly words: ShownWords;
  /** For a call that came without an id. */
  readonly spareId: string;
}

/** How a text, a thought or a call is shown. */
export const showSaid = (
  block: Extract<Block, { kind: 'text' | 'refusal' | 'thinking' | 'tool-call' }>,
  stage: Stage,
): ShownBlock => {
  switch (block.kind) {
    case 'text':
    case 'refusal':
      return new ShownText(block, stage);
    case 'thinking':
      return new ShownThinking(block, stage);
    case 'tool-call':
      return block.custom === true ? new ShownCustomCall(block, stage) : new ShownCall(block, stage);
  }
};

class ShownText implements ShownBlock {
  readonly #stage: Stage;
  readonly #start: JsonObject | undefined;
  #open = false;
  /** A seal that came when the block was shown already. */
  #lateSeal: Seal | undefined;

  constructor(block: Extract<Block, { kind: 'text' | 'refusal' }>, stage: Stage) {
    this.#stage = stage;
    this.#start = stage.words.startText(block);
    writeSealBefore(block, stage);
    this.#addText(block.text);
    if (block.kind === 'text') for (const citation of block.citations ?? []) this.add({ kind: 'citation', citation });
  }

  add(delta: Delta): void {
    const { words } = this.#stage;
    if (delta.kind === 'text') this.#addText(delta.text);
    else if (delta.kind === 'seal' && delta.seal.dialect !== words.own) this.#lateSeal = delta.seal;
    else if (delta.kind === 'citation') {
      const citation = words.citation(delta.citation);
      if (citation !== undefined) this.#write(citation);
    }
  }

  end(): void {
    const { sink, words } = this.#stage;
    // A seal needs its block, so a text that stayed empty is shown when a seal hangs on it.
    if (this.#lateSeal !== undefined && !this.#open) this.#write(words.text(''));
    if (this.#open) sink.stop();
    if (this.#lateSeal !== undefined) words.writeAfter(sink, this.#lateSeal);
  }

  #addText(text: string): void {
    if (text !== '') this.#write(this.#stage.words.text(text));
  }

  #write(delta: JsonObject): void {
    if (!this.#open) this.#stage.sink.open(this.#start);
    this.#open = true;
    this.#stage.sink.delta(delta);
  }
}

class ShownThinking implements ShownBlock {
  readonly #stage: Stage;
  readonly #start: JsonObject | undefined;
  readonly #redacted: boolean;
  #seal: Seal | undefined;
  #open = false;

  constructor(block: ThinkingBlock, stage: Stage) {
    this.#stage = stage;
    this.#start = stage.words.startThought(block);
    this.#redacted = block.redacted === true;
    this.#seal = block.seal;
    this.add({ kind: 'text', text: block.text });
  }

  add(delta: Delta): void {
    if (delta.kind === 'seal') this.#seal = delta.seal;
    else if (delta.kind === 'text' && delta.text !== '') this.#write(this.#stage.words.thought(delta.text));
  }

  /** Sealed thoughts without text are redacted ones, unless they are this dialect's own empty thinking. */
  end(): void {
    const { sink, words } = this.#stage;
    const seal = this.#seal;
    const hidden = !this.#open && seal !== undefined && (this.#redacted || seal.dialect !== words.own);
    if (hidden) words.writeRedacted(sink, seal);
    else if (seal !== undefined) this.#write(words.signature(wrapSeal(seal, words.own)));
    else if (this.#open && words.signsEvery) this.#write(words.signature(''));
    if (this.#open) sink.stop();
  }

  #write(delta: JsonObject): void {
    if (!this.#open) this.#stage.sink.open(this.#start);
    this.#open = true;
    this.#stage.sink.delta(delta);
  }
}

class ShownCall implements ShownBlock {
  readonly #stage: Stage;
  #lateSeal: Seal | undefined;

  constructor(block: ToolCallBlock, stage: Stage) {
    this.#stage = stage;
    writeSealBefore(block, stage);
    stage.sink.open(stage.words.startCall(block.id === '' ? stage.spareId : block.id, block, true));
    this.#addArguments(block.argumentsJson);
  }

  add(delta: Delta): void {
    if (delta.kind === 'arguments') this.#addArguments(delta.text);
    else if (delta.kind === 'seal' && delta.seal.dialect !== this.#stage.words.own) this.#lateSeal = delta.seal;
  }

  end(): void {
    const { sink, words } = this.#stage;
    sink.stop();
    if (this.#lateSeal !== undefined) words.writeAfter(sink, this.#lateSeal);
  }

  #addArguments(text: string): void {
    if (text !== '') this.#stage.sink.delta(this.#stage.words.argumentsText(text));
  }
}

/** Free text becomes the one argument of the call, so it can be written only when it is whole. */
class ShownCustomCall implements ShownBlock {
  readonly #block: ToolCallBlock;
  readonly #stage: Stage;
  #text: string;

  constructor(block: ToolCallBlock, stage: Stage) {
    this.#block = block;
    this.#stage = stage;
    this.#text = block.argumentsJson;
  }

  add(delta: Delta): void {
    if (delta.kind === 'arguments') this.#text += delta.text;
  }

  end(): void {
    const { sink, words, spareId } = this.#stage;
    writeSealBefore(this.#block, this.#stage);
    sink.open(words.startCall(this.#block.id === '' ? spareId : this.#block.id, this.#block, false));
    sink.delta(words.argumentsText(JSON.stringify(customInput(this.#text))));
    sink.stop();
  }
}

const writeSealBefore = (block: Block, { sink, words }: Stage): void => {
  const seal = foreignSeal(block, words.own);
  if (seal !== undefined) words.writeBefore(sink, seal);
};
