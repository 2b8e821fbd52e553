import type { Block, Delta, StreamEvent, ToolCallBlock } from '../../../ir/index.ts';
import { unwrapSeal } from '../../../ir/index.ts';
import {
  isArray,
  isObject,
  type Json,
  type JsonDraft,
  type JsonObject,
  objectAt,
  parseJson,
  stringAt,
} from '../../../json/json.ts';
import { complainOfUpstream } from '../../checked/site.ts';
import { customText } from '../../tooling/custom-tool.ts';
import { decodeCitation } from '../wire/citations.ts';
import { decodeBlock } from '../wire/decode-block.ts';
import { own } from '../wire/dialect-name.ts';

/** A block the provider has begun and not stopped. */
export interface OpenBlock {
  /** Whether the piece is one of this block's; some hosts give a thought and the text after it one number. */
  takes(delta: JsonObject): boolean;
  add(delta: JsonObject): readonly StreamEvent[];
  stop(): readonly StreamEvent[];
}

/** The member that pieces of a kind of block have. */
const pieces: Readonly<Partial<Record<Block['kind'], readonly string[]>>> = {
  text: ['text', 'citation'],
  thinking: ['reasoningContent'],
  'tool-call': ['toolUse'],
};

/** A block that is shown as it grows. */
export class GrowingBlock implements OpenBlock {
  readonly #index: number;
  readonly #kind: Block['kind'];
  #hasArguments = false;

  constructor(index: number, block: Block) {
    this.#index = index;
    this.#kind = block.kind;
  }

  takes(delta: JsonObject): boolean {
    return (pieces[this.#kind] ?? []).some((name) => delta[name] !== undefined);
  }

  add(delta: JsonObject): readonly StreamEvent[] {
    return this.#read(delta).map((said) => this.#event(said));
  }

  stop(): readonly StreamEvent[] {
    const end = { kind: 'block-end', choice: 0, index: this.#index } as const;
    // A call without arguments streams none; whole answers say `{}`.
    return this.#kind === 'tool-call' && !this.#hasArguments
      ? [this.#event({ kind: 'arguments', text: '{}' }), end]
      : [end];
  }

  #event(delta: Delta): StreamEvent {
    return { kind: 'block-delta', choice: 0, index: this.#index, delta };
  }

  #read(delta: JsonObject): readonly Delta[] {
    const thought = objectAt(delta, 'reasoningContent');
    const signature = stringAt(thought, 'signature') ?? '';
    const input = stringAt(delta['toolUse'], 'input') ?? '';
    if (input !== '') this.#hasArguments = true;
    const citation = delta['citation'];
    return [
      ...textDelta(stringAt(delta, 'text') ?? stringAt(thought, 'text') ?? ''),
      ...(signature === '' ? [] : [{ kind: 'seal', seal: unwrapSeal(signature, own) } as const]),
      ...(input === '' ? [] : [{ kind: 'arguments', text: input } as const]),
      ...(isObject(citation) ? [{ kind: 'citation', citation: decodeCitation(citation) } as const] : []),
    ];
  }
}

const textDelta = (text: string): readonly Delta[] => (text === '' ? [] : [{ kind: 'text', text }]);

/** A block that is shown whole, when it stops: the provider's own tools and their results, pictures, kinds of tomorrow. */
export class GatheredBlock implements OpenBlock {
  readonly #takeIndex: () => number;
  readonly #kind: string;
  readonly #start: JsonObject;
  readonly #more: JsonDraft = {};
  #input = '';

  constructor(takeIndex: () => number, kind: string, start: JsonObject) {
    this.#takeIndex = takeIndex;
    this.#kind = kind;
    this.#start = start;
  }

  takes(delta: JsonObject): boolean {
    return delta[this.#kind] !== undefined;
  }

  /** A list is the content of a result; an object's members stand beside those of the start. */
  add(delta: JsonObject): readonly StreamEvent[] {
    const piece = delta[this.#kind];
    if (isArray(piece)) {
      const known = this.#more['content'];
      this.#more['content'] = [...(isArray(known) ? known : []), ...piece];
    } else if (isObject(piece)) {
      for (const [name, value] of Object.entries(piece)) {
        if (name === 'input' && typeof value === 'string') this.#input += value;
        else this.#more[name] = value;
      }
    }
    return [];
  }

  stop(): readonly StreamEvent[] {
    const input: JsonObject = this.#input === '' ? {} : { input: parseJson(this.#input) ?? this.#input };
    const value: Json = { [this.#kind]: { ...this.#start, ...this.#more, ...input } };
    return wholeBlock(
      this.#takeIndex(),
      decodeBlock(value, { path: `contentBlock.${this.#kind}`, complain: complainOfUpstream }),
    );
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

  takes(delta: JsonObject): boolean {
    return delta['toolUse'] !== undefined;
  }

  add(delta: JsonObject): readonly StreamEvent[] {
    this.#input += stringAt(delta['toolUse'], 'input') ?? '';
    return [];
  }

  stop(): readonly StreamEvent[] {
    return wholeBlock(this.#takeIndex(), { ...this.#block, argumentsJson: customText(this.#input) });
  }
}

const wholeBlock = (index: number, block: Block): readonly StreamEvent[] => [
  { kind: 'block-start', choice: 0, index, block },
  { kind: 'block-end', choice: 0, index },
];
