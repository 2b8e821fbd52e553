import type { Block, Delta, OpaqueBlock, StreamEvent, ToolCallBlock } from '../../../ir/index.ts';
import { unwrapSeal } from '../../../ir/index.ts';
import { isObject, type JsonDraft, type JsonObject, parseJson, stringAt, unknownMembers } from '../../../json/json.ts';
import { customText } from '../../tooling/custom-tool.ts';
import { decodeCitation } from '../wire/citations.ts';
import { own } from '../wire/dialect-name.ts';

/** A block the provider has started and not stopped. */
export interface OpenBlock {
  add(delta: JsonObject): readonly StreamEvent[];
  stop(): readonly StreamEvent[];
}

const typeMember: ReadonlySet<string> = new Set(['type']);

/** A block that is shown as it grows. */
export class GrowingBlock implements OpenBlock {
  readonly #index: number;
  readonly #call: boolean;
  #hasArguments: boolean;

  constructor(index: number, block: Block) {
    this.#index = index;
    this.#call = block.kind === 'tool-call';
    this.#hasArguments = block.kind === 'tool-call' && block.argumentsJson !== '';
  }

  add(delta: JsonObject): readonly StreamEvent[] {
    const said = this.#read(delta);
    return said === undefined ? [] : [this.#event(said)];
  }

  stop(): readonly StreamEvent[] {
    const end = { kind: 'block-end', choice: 0, index: this.#index } as const;
    // A call without arguments streams none; whole answers say `{}`.
    return this.#call && !this.#hasArguments ? [this.#event({ kind: 'arguments', text: '{}' }), end] : [end];
  }

  #event(delta: Delta): StreamEvent {
    return { kind: 'block-delta', choice: 0, index: this.#index, delta };
  }

  #read(delta: JsonObject): Delta | undefined {
    switch (delta['type']) {
      case 'text_delta':
        return textDelta(delta['text']);
      case 'thinking_delta':
        return textDelta(delta['thinking']);
      case 'input_json_delta': {
        const text = delta['partial_json'];
        if (typeof text !== 'string' || text === '') return undefined;
        this.#hasArguments = true;
        return { kind: 'arguments', text };
      }
      case 'signature_delta': {
        const signature = delta['signature'];
        if (typeof signature !== 'string' || signature === '') return undefined;
        return { kind: 'seal', seal: unwrapSeal(signature, own) };
      }
      case 'citations_delta': {
        const citation = delta['citation'];
        return citation === undefined ? undefined : { kind: 'citation', citation: decodeCitation(citation) };
      }
      default: {
        const members = unknownMembers(delta, typeMember);
        return members === undefined ? undefined : { kind: 'meta', meta: { [own]: members } };
      }
    }
  }
}

const textDelta = (text: unknown): Delta | undefined =>
  typeof text === 'string' && text !== '' ? { kind: 'text', text } : undefined;

/** A block that is shown whole, when it stops: one only this dialect understands, whose deltas nobody else could add up. */
export class GatheredBlock implements OpenBlock {
  readonly #takeIndex: () => number;
  readonly #block: OpaqueBlock;
  readonly #value: JsonDraft;
  #input = '';

  constructor(takeIndex: () => number, block: OpaqueBlock) {
    this.#takeIndex = takeIndex;
    this.#block = block;
    this.#value = isObject(block.value) ? { ...block.value } : {};
  }

  /** A delta adds to the member of the same name: text to text, anything else in its place. */
  add(delta: JsonObject): readonly StreamEvent[] {
    if (delta['type'] === 'input_json_delta') this.#input += stringAt(delta, 'partial_json') ?? '';
    else
      for (const [name, more] of Object.entries(delta)) {
        const known = this.#value[name];
        if (name !== 'type')
          this.#value[name] = typeof known === 'string' && typeof more === 'string' ? known + more : more;
      }
    return [];
  }

  stop(): readonly StreamEvent[] {
    const input = this.#input === '' ? undefined : (parseJson(this.#input) ?? this.#input);
    const value: JsonObject = input === undefined ? this.#value : { ...this.#value, input };
    return wholeBlock(this.#takeIndex(), { ...this.#block, value });
  }
}

/** A call of a custom tool: its text is known only when the arguments around it are complete. */
export class CustomCall implements OpenBlock {
  readonly #takeIndex: () => number;
  readonly #block: ToolCallBlock;
  #input = '';

  constructor(takeIndex: () => number, block: ToolCallBlock) {
    this.#takeIndex = takeIndex;
    this.#block = block;
  }

  add(delta: JsonObject): readonly StreamEvent[] {
    this.#input += stringAt(delta, 'partial_json') ?? '';
    return [];
  }

  stop(): readonly StreamEvent[] {
    const argumentsJson = this.#input === '' ? this.#block.argumentsJson : customText(this.#input);
    return wholeBlock(this.#takeIndex(), { ...this.#block, argumentsJson });
  }
}

export const wholeBlock = (index: number, block: Block): readonly StreamEvent[] => [
  { kind: 'block-start', choice: 0, index, block },
  { kind: 'block-end', choice: 0, index },
];
