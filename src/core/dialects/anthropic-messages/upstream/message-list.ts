import type { JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { writeContent } from './encode-block.ts';

export interface WireMessage extends JsonObject {
  readonly role: 'user' | 'assistant' | 'system';
}

interface Draft {
  readonly role: WireMessage['role'];
  readonly blocks: JsonObject[];
  members: JsonObject | undefined;
}

/** Messages under construction: neighbours of one role become one, messages without content vanish. */
export class MessageList {
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

  finish(log: LossLog): readonly WireMessage[] {
    this.#trimPrefill(log);
    // An assistant turn may stand first: recorded answers of every generation of models show it.
    const first = this.#drafts[0]?.role;
    if (first === undefined || first === 'system') {
      log.changed('turns', 'the provider wants a message before a prompt, so a user turn was put there');
      this.#drafts.unshift({ role: 'user', blocks: [{ type: 'text', text: '(continue)' }], members: undefined });
    }
    return this.#drafts.map(({ role, blocks, members }) => ({
      role,
      content: writeContent(resultsFirst(blocks)),
      ...members,
    }));
  }

  /** A last assistant turn is the beginning of the answer, which must not end in white space. */
  #trimPrefill(log: LossLog): void {
    const last = this.#drafts.at(-1);
    const block = last?.role === 'assistant' ? last.blocks.at(-1) : undefined;
    const text = block?.['text'];
    if (last === undefined || block?.['type'] !== 'text' || typeof text !== 'string' || text.trimEnd() === text) return;
    log.changed('turns', 'white space at the end of the last assistant turn was cut');
    last.blocks[last.blocks.length - 1] = { ...block, text: text.trimEnd() };
  }
}

/** The provider wants the results of calls before anything else in the message that brings them. */
const resultsFirst = (blocks: readonly JsonObject[]): readonly JsonObject[] => {
  const isResult = (block: JsonObject): boolean => block['type'] === 'tool_result';
  return blocks.some(isResult) ? [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))] : blocks;
};
