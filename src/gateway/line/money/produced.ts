import type { Block, ChatResponse, StreamEvent } from '../../../core/ir/index.ts';
import { KeptText } from './kept-text.ts';

/** What a model has written, as far as it passed through. */
export interface Produced {
  readonly texts: readonly string[];
  /** Calls of tools. */
  readonly calls: number;
  /** UTF-16 units that were written beyond the texts, of an answer too long to be kept. */
  readonly beyond?: number;
}

/** Gathers what a model writes while it passes. */
export interface Gathering {
  /** UTF-16 units so far; escapes may count for themselves. */
  readonly characters: number;
  produced(): Produced;
}

/** The same from events, for streams that are translated. */
export class EventGathering implements Gathering {
  readonly #text = new KeptText();
  #calls = 0;

  get characters(): number {
    return this.#text.characters;
  }

  see(event: StreamEvent): void {
    if (event.kind === 'block-start') this.#begin(event.block);
    else if (event.kind === 'block-delta' && (event.delta.kind === 'text' || event.delta.kind === 'arguments'))
      this.#text.add(event.delta.text);
  }

  produced(): Produced {
    const { text, beyond } = this.#text;
    return { texts: [text], calls: this.#calls, ...(beyond === 0 ? {} : { beyond }) };
  }

  #begin(block: Block): void {
    const texts = textsOf(block);
    if (block.kind === 'tool-call') this.#calls++;
    for (const text of texts) this.#text.add(text);
  }
}

const textsOf = (block: Block): readonly string[] => {
  switch (block.kind) {
    case 'text':
    case 'thinking':
    case 'refusal':
      return [block.text];
    case 'tool-call':
      return [block.name, block.argumentsJson];
    case 'tool-result':
    case 'media':
    case 'opaque':
      return [];
  }
};

export const producedOf = ({ choices }: ChatResponse): Produced => {
  const blocks = choices.flatMap((choice) => choice.blocks);
  return { texts: blocks.flatMap(textsOf), calls: blocks.filter(({ kind }) => kind === 'tool-call').length };
};
