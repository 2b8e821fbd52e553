import { type Block, type Delta, type Seal, type ThinkingBlock, wrapSeal } from '../../../ir/index.ts';
import { isObject, type JsonObject } from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { carrierAfter, carrierBefore, foreignSeal } from '../wire/carried-seal.ts';
import { encodeCitation } from '../wire/citations.ts';
import { customInput } from '../wire/custom-tool.ts';
import { own } from '../wire/dialect-name.ts';
import { encodeThinking } from './encode-block.ts';

/** Writes the frames of one block. `index` is called for each block of the wire, which may be more than one for a block of ours. */
export interface ShownBlock {
  open(): readonly SseFrame[];
  add(delta: Delta): readonly SseFrame[];
  close(): readonly SseFrame[];
}

type NextIndex = () => number;

/** The writer for a block; undefined when this wire cannot show it. */
export const showBlock = (block: Block, nextIndex: NextIndex, spareId: string): ShownBlock | undefined => {
  switch (block.kind) {
    case 'text':
    case 'refusal':
    case 'tool-call':
    case 'thinking':
      return block.kind === 'tool-call' && block.custom === true
        ? new ShownCustomCall({ ...block, id: block.id === '' ? spareId : block.id }, nextIndex)
        : new ShownGrowing(
            block.kind === 'tool-call' && block.id === '' ? { ...block, id: spareId } : block,
            nextIndex,
          );
    case 'opaque':
      return block.dialect === own && isObject(block.value) ? new ShownWhole(block.value, nextIndex) : undefined;
    case 'media':
    case 'tool-result':
      return undefined;
  }
};

type GrowingKind = Extract<Block, { kind: 'text' | 'refusal' | 'tool-call' | 'thinking' }>;

/**
 * A block that grows. It is opened on the wire when it has something to say, so that no empty text or thought is written: a client would
 * send it back, and the provider refuses it.
 */
class ShownGrowing implements ShownBlock {
  readonly #block: GrowingKind;
  readonly #nextIndex: NextIndex;
  #index: number | undefined;
  #seal: Seal | undefined;
  /** The seal that was written before the block, and need not follow it. */
  #carried: Seal | undefined;

  constructor(block: GrowingKind, nextIndex: NextIndex) {
    this.#block = block;
    this.#nextIndex = nextIndex;
    this.#seal = block.kind === 'refusal' ? undefined : block.seal;
  }

  open(): readonly SseFrame[] {
    const block = this.#block;
    if (block.kind === 'tool-call') {
      const started = this.#start();
      return block.argumentsJson === '' ? started : [...started, this.#argumentsFrame(block.argumentsJson)];
    }
    if (block.kind === 'thinking') return block.redacted === true ? [] : this.#addText(block.text);
    const citations = block.kind === 'text' ? (block.citations ?? []) : [];
    return [...this.#addText(block.text), ...citations.flatMap((citation) => this.add({ kind: 'citation', citation }))];
  }

  add(delta: Delta): readonly SseFrame[] {
    switch (delta.kind) {
      case 'text':
        return this.#addText(delta.text);
      case 'arguments':
        return this.#index === undefined || delta.text === '' ? [] : [this.#argumentsFrame(delta.text)];
      case 'seal':
        this.#seal = delta.seal;
        return [];
      case 'citation':
        return this.#addCitation(delta.citation);
      case 'meta':
      case 'logprobs':
      case 'data':
        return [];
    }
  }

  close(): readonly SseFrame[] {
    if (this.#block.kind === 'thinking') return this.#closeThinking(this.#block);
    const stop = this.#index === undefined ? [] : [stopFrame(this.#index)];
    const seal = this.#seal;
    if (seal === undefined || seal.dialect === own || seal === this.#carried || this.#index === undefined) return stop;
    return [...stop, ...wholeFrames(this.#nextIndex(), carrierAfter(seal))];
  }

  #closeThinking(block: ThinkingBlock): readonly SseFrame[] {
    const seal = this.#seal;
    if (this.#index !== undefined)
      return [
        ...(seal === undefined ? [] : [signatureFrame(this.#index, wrapSeal(seal, own))]),
        stopFrame(this.#index),
      ];
    const whole = encodeThinking({ ...block, ...(seal === undefined ? {} : { seal }) });
    return whole === undefined ? [] : thinkingFrames(this.#nextIndex(), whole);
  }

  #addText(text: string): readonly SseFrame[] {
    if (text === '') return [];
    const started = this.#index === undefined ? this.#start() : noFrames;
    const frame = this.#textFrame(text);
    return started.length === 0 ? [frame] : [...started, frame];
  }

  #addCitation(citation: Extract<Delta, { kind: 'citation' }>['citation']): readonly SseFrame[] {
    const wire = this.#block.kind === 'text' ? encodeCitation(citation) : undefined;
    if (wire === undefined) return [];
    const started = this.#index === undefined ? this.#start() : noFrames;
    return [...started, deltaFrame(this.#index ?? 0, JSON.stringify({ type: 'citations_delta', citation: wire }))];
  }

  #start(): readonly SseFrame[] {
    const seal = this.#seal === undefined ? undefined : foreignSeal({ ...this.#block, seal: this.#seal } as Block);
    this.#carried = seal;
    const before = seal === undefined ? noFrames : thinkingFrames(this.#nextIndex(), carrierBefore(seal));
    this.#index = this.#nextIndex();
    return [...before, startFrame(this.#index, this.#emptyBlock())];
  }

  #emptyBlock(): JsonObject {
    const block = this.#block;
    const meta = block.meta?.[own];
    if (block.kind === 'tool-call') return { type: 'tool_use', id: block.id, name: block.name, input: {}, ...meta };
    if (block.kind === 'thinking') return { type: 'thinking', thinking: '', signature: '', ...meta };
    return { type: 'text', text: '', ...meta };
  }

  #textFrame(text: string): SseFrame {
    const written = JSON.stringify(text);
    return deltaFrame(
      this.#index ?? 0,
      this.#block.kind === 'thinking'
        ? `{"type":"thinking_delta","thinking":${written}}`
        : `{"type":"text_delta","text":${written}}`,
    );
  }

  #argumentsFrame(text: string): SseFrame {
    return deltaFrame(this.#index ?? 0, `{"type":"input_json_delta","partial_json":${JSON.stringify(text)}}`);
  }
}

/** A block whose content stands in its start. */
class ShownWhole implements ShownBlock {
  readonly #value: JsonObject;
  readonly #nextIndex: NextIndex;

  constructor(value: JsonObject, nextIndex: NextIndex) {
    this.#value = value;
    this.#nextIndex = nextIndex;
  }

  open(): readonly SseFrame[] {
    return wholeFrames(this.#nextIndex(), this.#value);
  }

  add(): readonly SseFrame[] {
    return noFrames;
  }

  close(): readonly SseFrame[] {
    return noFrames;
  }
}

/** A call with free text: its argument can be written only when the text is complete. */
class ShownCustomCall implements ShownBlock {
  readonly #block: Extract<Block, { kind: 'tool-call' }>;
  readonly #nextIndex: NextIndex;
  #text: string;

  constructor(block: Extract<Block, { kind: 'tool-call' }>, nextIndex: NextIndex) {
    this.#block = block;
    this.#nextIndex = nextIndex;
    this.#text = block.argumentsJson;
  }

  open(): readonly SseFrame[] {
    return noFrames;
  }

  add(delta: Delta): readonly SseFrame[] {
    if (delta.kind === 'arguments') this.#text += delta.text;
    return noFrames;
  }

  close(): readonly SseFrame[] {
    const index = this.#nextIndex();
    const { id, name } = this.#block;
    const partial_json = JSON.stringify(customInput(this.#text));
    return [
      startFrame(index, { type: 'tool_use', id, name, input: {} }),
      deltaFrame(index, JSON.stringify({ type: 'input_json_delta', partial_json })),
      stopFrame(index),
    ];
  }
}

const noFrames: readonly SseFrame[] = [];

const startFrame = (index: number, block: JsonObject): SseFrame => ({
  event: 'content_block_start',
  data: JSON.stringify({ type: 'content_block_start', index, content_block: block }),
});

/** `delta` is JSON text: this is written for every chunk of an answer. */
const deltaFrame = (index: number, delta: string): SseFrame => ({
  event: 'content_block_delta',
  data: `{"type":"content_block_delta","index":${index},"delta":${delta}}`,
});

const stopFrame = (index: number): SseFrame => ({
  event: 'content_block_stop',
  data: `{"type":"content_block_stop","index":${index}}`,
});

const signatureFrame = (index: number, signature: string): SseFrame =>
  deltaFrame(index, JSON.stringify({ type: 'signature_delta', signature }));

const wholeFrames = (index: number, block: JsonObject): readonly SseFrame[] => [
  startFrame(index, block),
  stopFrame(index),
];

/** A thinking or redacted block that has no more than a signature: clients take signatures from deltas. */
const thinkingFrames = (index: number, block: JsonObject): readonly SseFrame[] => {
  const signature = block['signature'];
  if (typeof signature !== 'string') return wholeFrames(index, block);
  return [startFrame(index, { ...block, signature: '' }), signatureFrame(index, signature), stopFrame(index)];
};
