import type { Block, ChatResponse, StreamEvent } from '../../../core/ir/index.ts';

/** What a model has written, as far as it passed through. */
export interface Produced {
  readonly texts: readonly string[];
  /** Calls of tools. */
  readonly calls: number;
}

/** Gathers what a model writes while it passes. */
export interface Gathering {
  /** UTF-16 units so far; escapes may count for themselves. */
  readonly characters: number;
  produced(): Produced;
}

/** The same from events, for streams that are translated. */
export class EventGathering implements Gathering {
  characters = 0;
  #calls = 0;
  #parts: string[] = [];

  see(event: StreamEvent): void {
    if (event.kind === 'block-start') this.#begin(event.block);
    else if (event.kind === 'block-delta' && (event.delta.kind === 'text' || event.delta.kind === 'arguments'))
      this.#add(event.delta.text);
  }

  produced(): Produced {
    return { texts: [this.#parts.join('')], calls: this.#calls };
  }

  #begin(block: Block): void {
    const texts = textsOf(block);
    if (block.kind === 'tool-call') this.#calls++;
    for (const text of texts) this.#add(text);
  }

  #add(text: string): void {
    if (text === '') return;
    this.characters += text.length;
    this.#parts.push(text);
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
