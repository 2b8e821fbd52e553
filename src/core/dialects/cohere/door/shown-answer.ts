import type { Block, ChatRequest, ToolCallBlock } from '../../../ir/index.ts';
import { isObject, type JsonObject } from '../../../json/json.ts';
import type { DocumentNames } from '../wire/citations.ts';
import { documentId } from '../wire/documents.ts';
import { own, ownMembers, ownMeta } from '../wire/own.ts';

/** How the client named its documents, in their order. */
export const namesIn = (request: ChatRequest): DocumentNames => {
  const documents = request.turns.flatMap((turn) =>
    turn.blocks.flatMap((block) => (block.kind === 'media' && block.media === 'document' ? [block] : [])),
  );
  return (index) => {
    const document = documents[index];
    return document === undefined ? `doc:${index}` : documentId(document, index);
  };
};

/** Where a block of an answer is shown; a refusal is a text. Undefined for what this wire cannot show. */
export type Shown =
  | { readonly kind: 'text' | 'thinking'; readonly text: string; readonly members: JsonObject }
  | { readonly kind: 'plan'; readonly text: string }
  | { readonly kind: 'call'; readonly call: ToolCallBlock }
  | { readonly kind: 'part'; readonly part: JsonObject };

export const shownBlock = (block: Block): Shown | undefined => {
  switch (block.kind) {
    case 'text':
    case 'refusal':
      return { kind: 'text', text: block.text, members: ownMembers(block) };
    case 'thinking':
      if (block.redacted === true) return undefined;
      if (ownMeta(block)?.['plan'] === true) return { kind: 'plan', text: block.text };
      return { kind: 'thinking', text: block.text, members: ownMembers(block) };
    case 'tool-call':
      return { kind: 'call', call: block };
    case 'opaque':
      return block.dialect === own && isObject(block.value) ? { kind: 'part', part: block.value } : undefined;
    case 'media':
    case 'tool-result':
      return undefined;
  }
};
