import type { Block, ThinkingBlock, Turn } from '../../../ir/index.ts';

/**
 * A client that kept the chunks of a stream sends a thought back in pieces, and its seal in an empty piece after them, each perhaps in a
 * content of its own. A seal alone is worth nothing to its provider, so such pieces become the thought they were.
 */
export const joinStreamedThoughts = (turns: readonly Turn[]): readonly Turn[] => {
  if (!turns.some((turn) => turn.blocks.some(isSealPiece))) return turns;
  const joined: Turn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    const sameModel = last?.role === 'assistant' && turn.role === 'assistant' && last.meta === turn.meta;
    if (last !== undefined && sameModel)
      joined[joined.length - 1] = { ...last, blocks: joinBlocks(last.blocks, turn.blocks) };
    else joined.push({ ...turn, blocks: joinBlocks([], turn.blocks) });
  }
  return joined;
};

const isSealPiece = (block: Block): boolean =>
  block.kind === 'thinking' && block.text === '' && block.seal !== undefined;

const joinBlocks = (before: readonly Block[], added: readonly Block[]): readonly Block[] => {
  const blocks = [...before];
  for (const block of added) {
    if (isSealPiece(block) && block.kind === 'thinking') blocks.push(withSeal(block, takePieces(blocks)));
    else blocks.push(block);
  }
  return blocks;
};

/** Takes the thoughts without a seal off the end. */
const takePieces = (blocks: Block[]): readonly ThinkingBlock[] => {
  const pieces: ThinkingBlock[] = [];
  for (let last = blocks.at(-1); last?.kind === 'thinking' && last.seal === undefined; last = blocks.at(-1)) {
    pieces.unshift(last);
    blocks.pop();
  }
  return pieces;
};

const withSeal = (seal: ThinkingBlock, pieces: readonly ThinkingBlock[]): ThinkingBlock => {
  if (pieces.length === 0) return seal;
  const { redacted: _, ...kept } = seal;
  return { ...kept, text: pieces.map((piece) => piece.text).join('') };
};
