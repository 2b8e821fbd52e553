import { type Block, type Delta, type MediaBlock, type Seal, wrapSeal } from '../../../ir/index.ts';
import { isArray, isObject, type JsonObject, objectAt } from '../../../json/json.ts';
import { sealAfter } from '../../shown/carried-seal.ts';
import { type BlockSink, type ShownBlock, type ShownWords, showSaid } from '../../shown/shown-block.ts';
import { encodeCitation } from '../wire/citations.ts';
import { own } from '../wire/dialect-name.ts';
import { encodeImage } from './encode-block.ts';

/** How a block is shown; undefined when this wire cannot show it. `spareId` is for a call that came without an id. */
export const showBlock = (block: Block, sink: BlockSink, spareId: string): ShownBlock | undefined => {
  switch (block.kind) {
    case 'text':
    case 'refusal':
    case 'thinking':
    case 'tool-call':
      return showSaid(block, { sink, words, spareId });
    case 'opaque':
      return block.dialect === own && isObject(block.value) ? new ShownWhole(block.value, sink) : undefined;
    case 'media':
      return block.source.kind === 'base64' ? new ShownImage(block, sink) : undefined;
    case 'tool-result':
      return undefined;
  }
};

const writeReasoning = (sink: BlockSink, reasoningContent: JsonObject): void => {
  sink.open();
  sink.delta({ reasoningContent });
  sink.stop();
};

const writeRedacted = (sink: BlockSink, seal: Seal): void =>
  writeReasoning(sink, { redactedContent: wrapSeal(seal, own) });

/** Only calls have a start on this wire. */
const words: ShownWords = {
  own,
  startText: () => undefined,
  text: (text) => ({ text }),
  citation: (citation) => {
    const wire = encodeCitation(citation);
    return wire === undefined ? undefined : { citation: wire };
  },
  startThought: () => undefined,
  thought: (text) => ({ reasoningContent: { text } }),
  signature: (signature) => ({ reasoningContent: { signature } }),
  signsEvery: false,
  startCall: (toolUseId, block, whole) => ({
    toolUse: { toolUseId, name: block.name, ...(whole ? objectAt(block.meta?.[own], 'members') : {}) },
  }),
  argumentsText: (input) => ({ toolUse: { input } }),
  writeRedacted,
  writeBefore: (sink, seal) => writeReasoning(sink, { signature: wrapSeal(seal, own) }),
  writeAfter: (sink, seal) => writeRedacted(sink, sealAfter(seal)),
};

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
