import type { ChatRequest, Turn } from '../../../ir/index.ts';
import { type JsonObject, objectAt } from '../../../json/json.ts';
import type { EncodeContext } from '../../dialect.ts';
import type { LossLog } from '../../loss-log.ts';
import { encodeCachePoint } from '../wire/cache-point.ts';
import { own } from '../wire/dialect-name.ts';
import { DocumentNames } from './document-names.ts';
import { type BlockSite, encodeBlock } from './encode-block.ts';

export interface WireMessage extends JsonObject {
  readonly role: 'user' | 'assistant';
  readonly content: readonly JsonObject[];
}

export interface EncodedTurns {
  readonly system: readonly JsonObject[];
  readonly messages: readonly WireMessage[];
}

interface TurnSite {
  readonly context: EncodeContext;
  readonly log: LossLog;
  readonly documents: DocumentNames;
}

/** Turns as `system` and `messages`; see the folder's `index.ts` for the normal form. */
export const encodeTurns = (request: ChatRequest, context: EncodeContext, log: LossLog): EncodedTurns => {
  const { turns } = request;
  const site: TurnSite = { context, log, documents: new DocumentNames() };
  const head = countHead(turns);
  const system = turns.slice(0, head).flatMap((turn, index) => encodeBlocks(turn, index, site));
  const list = new MessageList();
  for (const [offset, turn] of turns.slice(head).entries()) {
    const index = head + offset;
    const blocks = encodeBlocks(turn, index, site);
    if (isPrompt(turn)) log.changed(`turns[${index}].role`, 'sent as a user turn');
    const members = objectAt(turn.meta?.[own], 'members');
    list.append(
      turn.role === 'assistant' ? 'assistant' : 'user',
      isPrompt(turn) ? markPrompt(blocks) : blocks,
      members,
    );
  }
  return { system, messages: list.finish(request, site) };
};

const isPrompt = (turn: Turn): boolean => turn.role === 'system' || turn.role === 'developer';

/** Prompts at the head. A request of prompts alone keeps its last one as the message the provider wants. */
const countHead = (turns: readonly Turn[]): number => {
  const end = turns.findIndex((turn) => !isPrompt(turn));
  return end < 0 ? Math.max(0, turns.length - 1) : end;
};

const encodeBlocks = (turn: Turn, index: number, { context, log, documents }: TurnSite): readonly JsonObject[] => {
  const path = `turns[${index}]`;
  if (turn.name !== undefined) log.dropped(`${path}.name`);
  const role: BlockSite['role'] = isPrompt(turn) ? 'system' : turn.role === 'assistant' ? 'assistant' : 'user';
  const items = turn.blocks.flatMap((block, at) =>
    encodeBlock(block, { path: `${path}.blocks[${at}]`, log, role, context, documents }),
  );
  return items.filter((item, at) => item['cachePoint'] === undefined || marksSomething(items[at - 1]));
};

const marksSomething = (before: JsonObject | undefined): boolean =>
  before !== undefined && before['cachePoint'] === undefined;

/** A prompt that has to stand in a user turn says what it is. */
const markPrompt = (blocks: readonly JsonObject[]): readonly JsonObject[] =>
  blocks.map((block) =>
    typeof block['text'] === 'string' ? { ...block, text: `<system>\n${block['text']}\n</system>` } : block,
  );

interface Draft {
  readonly role: WireMessage['role'];
  readonly blocks: JsonObject[];
  members: JsonObject | undefined;
}

/** Messages under construction: neighbours of one role become one, messages without content vanish. */
class MessageList {
  readonly #drafts: Draft[] = [];

  append(role: WireMessage['role'], blocks: readonly JsonObject[], members: JsonObject | undefined): void {
    if (blocks.length === 0) return;
    const last = this.#drafts.at(-1);
    if (last?.role !== role) this.#drafts.push({ role, blocks: [...blocks], members });
    else {
      last.blocks.push(...blocks);
      if (members !== undefined) last.members = { ...last.members, ...members };
    }
  }

  finish(request: ChatRequest, { context, log }: TurnSite): readonly WireMessage[] {
    // Recorded traffic shows that some models take a conversation that begins with the assistant.
    const first = this.#drafts[0]?.role;
    if (first === undefined || (first === 'assistant' && !context.traits.has('thinking-fields'))) {
      log.changed('turns', 'the provider wants a conversation to begin with a user turn, so one was put there');
      this.#drafts.unshift({ role: 'user', blocks: [{ text: '(continue)' }], members: undefined });
    }
    if (request.cache !== undefined) {
      if (context.traits.has('no-cache-points')) log.dropped('cache', 'the model takes no cache points');
      else {
        const turn = request.turns.length - 1;
        const block = (request.turns[turn]?.blocks.length ?? 1) - 1;
        log.changed('cache', 'a cache point stands behind the last message');
        log.changed(`turns[${turn}].blocks[${block}].cache`);
        const last = this.#drafts.at(-1)?.blocks;
        if (last?.at(-1)?.['cachePoint'] === undefined) last?.push(encodeCachePoint(request.cache));
      }
    }
    return this.#drafts.map(({ role, blocks, members }) => ({ role, content: resultsFirst(blocks), ...members }));
  }
}

/** The provider wants the results of calls before anything else in the message that brings them; a mark stays behind what it marks. */
const resultsFirst = (blocks: readonly JsonObject[]): readonly JsonObject[] => {
  if (!blocks.some((block) => block['toolResult'] !== undefined)) return blocks;
  const results: JsonObject[] = [];
  const others: JsonObject[] = [];
  let last = others;
  for (const block of blocks) {
    if (block['cachePoint'] === undefined) last = block['toolResult'] === undefined ? others : results;
    last.push(block);
  }
  return [...results, ...others];
};
