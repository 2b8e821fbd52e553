import type { ToolCallBlock, ToolResultBlock, Turn } from '../../ir/index.ts';
import type { JsonObject } from '../../json/json.ts';
import { ownMembers, ownMeta } from './own.ts';
import { writeCall, writeOutputs } from './tool-calls.ts';

/** Turns as entries of `chat_history`: texts, calls and results; what this wire has no word for is not there. */
export const writeHistory = (turns: readonly Turn[]): readonly JsonObject[] => {
  const calls = callsOf(turns);
  return turns.flatMap((turn) => {
    if (turn.role !== 'tool') return [writeEntry(turn)];
    const results = writeResults(turn, calls);
    return results.length === 0 ? [] : [{ role: 'TOOL', tool_results: results, ...ownMembers(turn) }];
  });
};

/** Every call of a conversation by its id: a result says again what was called. */
export const callsOf = (turns: readonly Turn[]): ReadonlyMap<string, ToolCallBlock> => {
  const calls = new Map<string, ToolCallBlock>();
  for (const turn of turns) for (const block of turn.blocks) if (block.kind === 'tool-call') calls.set(block.id, block);
  return calls;
};

export const writeResults = (turn: Turn, calls: ReadonlyMap<string, ToolCallBlock>): readonly JsonObject[] =>
  turn.blocks.flatMap((block) => (block.kind === 'tool-result' ? [writeResult(block, calls)] : []));

const writeResult = (block: ToolResultBlock, calls: ReadonlyMap<string, ToolCallBlock>): JsonObject => {
  const call = calls.get(block.callId);
  return {
    call: call === undefined ? { name: block.name ?? block.callId, parameters: {} } : writeCall(call),
    outputs: writeOutputs(block, textOf(block)),
  };
};

/** The words of a turn or of a result; several texts are paragraphs. */
export const textOf = ({ blocks }: Pick<Turn, 'blocks'>): string =>
  blocks
    .flatMap((block) => {
      if (block.kind === 'text' || block.kind === 'refusal') return block.text === '' ? [] : [block.text];
      return block.kind === 'media' && block.source.kind === 'text' ? [block.source.text] : [];
    })
    .join('\n\n');

const words = { user: 'USER', assistant: 'CHATBOT', system: 'SYSTEM', developer: 'SYSTEM', tool: 'TOOL' } as const;

const writeEntry = (turn: Turn): JsonObject => {
  const calls = turn.blocks.flatMap((block) => (block.kind === 'tool-call' ? [writeCall(block)] : []));
  const said = turn.blocks.filter((block) => block.kind !== 'media');
  return {
    role: ownMeta(turn)?.['role'] ?? words[turn.role],
    message: textOf({ blocks: said }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...ownMembers(turn),
  };
};
