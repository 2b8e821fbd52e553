import type { Block, ChatRequest } from '../ir/index.ts';

/** Rough costs where nothing better is known: four characters a token, a few tokens of frame a turn, a medium picture. */
const charactersPerToken = 4;
const tokensPerTurn = 4;
const tokensPerMedia = 800;

/** Input tokens of a request by rule of thumb, for doors whose provider cannot count. Off by a tenth or two for English text. */
export const estimateTokens = (request: ChatRequest): number => {
  const tools = (request.tools ?? []).reduce((sum, tool) => sum + JSON.stringify(tool).length, 0);
  const turns = request.turns.reduce((sum, turn) => sum + tokensPerTurn + blocksTokens(turn.blocks), 0);
  return Math.max(1, Math.ceil(tools / charactersPerToken) + turns);
};

const blocksTokens = (blocks: readonly Block[]): number => blocks.reduce((sum, block) => sum + blockTokens(block), 0);

const blockTokens = (block: Block): number => {
  switch (block.kind) {
    case 'text':
    case 'thinking':
    case 'refusal':
      return Math.ceil(block.text.length / charactersPerToken);
    case 'tool-call':
      return Math.ceil((block.name.length + block.argumentsJson.length) / charactersPerToken);
    case 'tool-result':
      return blocksTokens(block.blocks);
    case 'media':
      return block.source.kind === 'text' ? Math.ceil(block.source.text.length / charactersPerToken) : tokensPerMedia;
    case 'opaque':
      return Math.ceil(JSON.stringify(block.value).length / charactersPerToken);
  }
};
