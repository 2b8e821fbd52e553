import type { Block, TextBlock, Turn } from '../../../ir/index.ts';
import { isArray, type Json, type JsonDraft, type JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { ownCitation, writeCitations } from '../wire/citations.ts';
import { ownMembers, ownMeta } from '../wire/own.ts';
import { writeToolCall } from '../wire/tool-calls.ts';
import { encodeWords, takeMarks, writeContent } from './encode-part.ts';

/** Writes an assistant's turn: its words and thoughts as content, its plan and its calls beside them. */
export const encodeAssistant = (turn: Turn, path: string, log: LossLog): JsonObject => {
  const draft = new AssistantDraft(log);
  turn.blocks.forEach((block, index) => {
    draft.add(block, `${path}.blocks[${index}]`);
  });
  return draft.finish(ownMembers(turn));
};

class AssistantDraft {
  readonly #log: LossLog;
  readonly #content: JsonObject[] = [];
  readonly #calls: JsonObject[] = [];
  readonly #citations: Json[] = [];
  #plan = '';

  constructor(log: LossLog) {
    this.#log = log;
  }

  add(block: Block, path: string): void {
    if (block.kind !== 'thinking') takeMarks(block, path, this.#log);
    switch (block.kind) {
      case 'thinking':
        this.#addThought(block, path);
        return;
      case 'tool-call':
        this.#calls.push(writeToolCall(block));
        return;
      case 'text':
        this.#addCitations(block, path);
        this.#content.push(...encodeWords(block, path, this.#log));
        return;
      case 'refusal':
      case 'opaque':
      case 'media':
      case 'tool-result':
        this.#content.push(...encodeWords(block, path, this.#log));
        return;
    }
  }

  finish(members: JsonObject): JsonObject {
    const { citations: kept, ...others } = members;
    const citations = isArray(kept) ? [...this.#citations, ...kept] : this.#citations;
    const draft: JsonDraft = { role: 'assistant' };
    if (this.#content.length > 0 || this.#calls.length === 0) draft['content'] = writeContent(this.#content);
    if (this.#plan !== '') draft['tool_plan'] = this.#plan;
    if (this.#calls.length > 0) draft['tool_calls'] = this.#calls;
    if (citations.length > 0) draft['citations'] = citations;
    return { ...draft, ...others };
  }

  #addThought(block: Extract<Block, { kind: 'thinking' }>, path: string): void {
    if (block.redacted === true || block.text === '') {
      this.#log.dropped(path, 'a thought without words');
      return;
    }
    takeMarks(block, path, this.#log);
    if (ownMeta(block)?.['plan'] === true) this.#plan += block.text;
    else this.#content.push({ type: 'thinking', thinking: block.text, ...ownMembers(block) });
  }

  #addCitations(block: TextBlock, path: string): void {
    const own = (block.citations ?? []).filter((citation) => ownCitation(citation) !== undefined);
    if (own.length < (block.citations?.length ?? 0))
      this.#log.dropped(`${path}.citations`, "only this provider's own citations can be sent back");
    const written = writeCitations(
      { text: block.text, citations: own },
      this.#content.length,
      (index) => `doc:${index}`,
    );
    this.#citations.push(...written.filter((citation) => citation !== undefined));
  }
}
