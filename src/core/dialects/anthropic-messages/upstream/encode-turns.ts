import type { Block, ChatRequest, Turn } from '../../../ir/index.ts';
import type { Json, JsonObject } from '../../../json/json.ts';
import type { EncodeContext } from '../../dialect.ts';
import type { LossLog } from '../../loss-log.ts';
import { type BlockSite, encodeBlock, ownMembers, writeContent } from './encode-block.ts';
import { MessageList, type WireMessage } from './message-list.ts';

export interface EncodedTurns {
  readonly system: Json | undefined;
  readonly messages: readonly WireMessage[];
}

/** Turns as `system` and `messages`; see the folder's `index.ts` for the normal form. */
export const encodeTurns = (request: ChatRequest, context: EncodeContext, log: LossLog): EncodedTurns => {
  const { turns } = request;
  const head = countHead(turns);
  const system = turns.slice(0, head).flatMap((turn, index) => encodeBlocks(turn, index, log));
  const list = new MessageList();
  for (const [offset, turn] of turns.slice(head).entries()) {
    const index = head + offset;
    const role = wireRole(turn, context, turns.length === head + 1);
    const blocks = encodeBlocks(turn, index, log);
    const members = ownMembers(turn.meta);
    if (isPrompt(turn) && role === 'user') log.changed(`turns[${index}].role`, 'sent as a user turn');
    list.append(role, isPrompt(turn) && role === 'user' ? markPrompt(blocks) : blocks, members);
  }
  return { system: system.length === 0 ? undefined : writeContent(system), messages: list.finish(log) };
};

const isPrompt = (turn: Turn): boolean => turn.role === 'system' || turn.role === 'developer';

/** Prompts at the head that `system` can hold. A request of prompts alone keeps its last one as the message the provider wants. */
const countHead = (turns: readonly Turn[]): number => {
  const end = turns.findIndex((turn) => !isPrompt(turn) || turn.blocks.some((block) => block.kind === 'opaque'));
  return end < 0 ? Math.max(0, turns.length - 1) : end;
};

const wireRole = (turn: Turn, context: EncodeContext, alone: boolean): WireMessage['role'] => {
  if (turn.role === 'assistant') return 'assistant';
  if (!isPrompt(turn)) return 'user';
  return alone || context.traits.has('no-system-turns') ? 'user' : 'system';
};

const encodeBlocks = (turn: Turn, index: number, log: LossLog): readonly JsonObject[] => {
  const path = `turns[${index}]`;
  if (turn.name !== undefined) log.dropped(`${path}.name`);
  const role: BlockSite['role'] = isPrompt(turn) ? 'system' : turn.role === 'assistant' ? 'assistant' : 'user';
  return turn.blocks
    .map((block: Block, at) => encodeBlock(block, { path: `${path}.blocks[${at}]`, log, role }))
    .filter((wire) => wire !== undefined);
};

/** A prompt that has to stand in a user turn says what it is. */
const markPrompt = (blocks: readonly JsonObject[]): readonly JsonObject[] =>
  blocks.map((block) =>
    typeof block['text'] === 'string' ? { ...block, text: `<system>\n${block['text']}\n</system>` } : block,
  );
