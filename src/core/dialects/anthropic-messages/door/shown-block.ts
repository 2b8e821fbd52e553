import { type Block, wrapSeal } from '../../../ir/index.ts';
import { isObject, type JsonObject } from '../../../json/json.ts';
import { type BlockSink, type ShownBlock, type ShownWords, showSaid } from '../../shown/shown-block.ts';
import { carrierAfter, carrierBefore } from '../wire/carried-seal.ts';
import { encodeCitation } from '../wire/citations.ts';
import { own } from '../wire/dialect-name.ts';

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
    case 'tool-result':
      return undefined;
  }
};

const writeWhole = (sink: BlockSink, block: JsonObject): void => {
  sink.open(block);
  sink.stop();
};

const words: ShownWords = {
  own,
  startText: (block) => ({ type: 'text', text: '', ...block.meta?.[own] }),
  text: (text) => ({ type: 'text_delta', text }),
  citation: (citation) => {
    const wire = encodeCitation(citation);
    return wire === undefined ? undefined : { type: 'citations_delta', citation: wire };
  },
  startThought: (block) => ({ type: 'thinking', thinking: '', signature: '', ...block.meta?.[own] }),
  thought: (thinking) => ({ type: 'thinking_delta', thinking }),
  signature: (signature) => ({ type: 'signature_delta', signature }),
  signsEvery: true,
  startCall: (id, block, whole) => ({
    type: 'tool_use',
    id,
    name: block.name,
    input: {},
    ...(whole ? block.meta?.[own] : {}),
  }),
  argumentsText: (text) => ({ type: 'input_json_delta', partial_json: text }),
  writeRedacted: (sink, seal) => writeWhole(sink, { type: 'redacted_thinking', data: wrapSeal(seal, own) }),
  // The signature comes as a delta, as clients that gather streams expect it.
  writeBefore: (sink, seal) => {
    const { signature, ...start } = carrierBefore(seal);
    sink.open({ ...start, signature: '' });
    sink.delta({ type: 'signature_delta', ...(signature === undefined ? {} : { signature }) });
    sink.stop();
  },
  writeAfter: (sink, seal) => writeWhole(sink, carrierAfter(seal)),
};

/** A block of this dialect's own, which came whole. */
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
