import type { Block, ChatRequest, MediaKind, Turn } from '../../ir/index.ts';
import { estimateTokens } from '../../policy/estimate-tokens.ts';
import type { AnswerForm, QueryFacts } from './query-facts.ts';
import { factsOfPrompt } from './query-facts-of.ts';

/** What a learned router reads of a chat, whatever the wire it came by. */
export const factsOfRequest = (request: ChatRequest): QueryFacts => {
  const { turns, tools = [], maxOutputTokens } = request;
  const users = turns.filter(isUser);
  const last = users.at(-1);
  const system = turns
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map(textOf)
    .join('\n');
  const before = last === undefined ? [] : turns.slice(0, turns.lastIndexOf(last));
  return {
    ...factsOfPrompt(last === undefined ? '' : textOf(last)),
    systemCharacters: system.length,
    toolNames: tools.map((tool) => (tool.kind === 'opaque' ? tool.type : tool.name)),
    userTurns: Math.max(1, users.length),
    media: mediaOf(turns),
    form: formOf(request),
    inputTokens: estimateTokens(request),
    prefixTokens: before.length === 0 ? 0 : estimateTokens({ ...request, turns: before }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
};

/** Some wires hand in results of tools as a message of the user's: that is no new question. */
const isUser = (turn: Turn): boolean => turn.role === 'user' && !isToolResult(turn);

const isToolResult = ({ role, blocks }: Turn): boolean =>
  role === 'tool' || blocks.some(({ kind }) => kind === 'tool-result');

const textOf = ({ blocks }: Turn): string =>
  blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : [])).join('\n');

const mediaOf = (turns: readonly Turn[]): readonly MediaKind[] => {
  const kinds = new Set<MediaKind>();
  const look = (blocks: readonly Block[]): void => {
    for (const block of blocks) {
      if (block.kind === 'media') kinds.add(block.media);
      if (block.kind === 'tool-result') look(block.blocks);
    }
  };
  for (const { blocks } of turns) look(blocks);
  return [...kinds];
};

const formOf = ({ output }: ChatRequest): AnswerForm =>
  output === undefined || output.kind === 'text' ? 'text' : output.kind;
