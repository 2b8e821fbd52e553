import { type Block, type Seal, type Turn, wrapSeal } from '../../../ir/index.ts';
import type { JsonDraft, JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { writeFunctionResponse } from '../parts/function-response.ts';
import { type PartContext, writePart } from '../parts/write-part.ts';

/** A content while it is being filled. */
interface OpenContent {
  readonly role: string;
  readonly parts: JsonObject[];
  extra: JsonObject | undefined;
}

export interface EncodedContents {
  readonly systemInstruction: JsonObject | undefined;
  readonly contents: readonly JsonObject[];
}

/**
 * Writes turns. Prompts at the head become `systemInstruction`; Gemini has no role for one in the middle, so that becomes a marked user
 * turn. Turns of one side that follow each other are one content.
 */
export class ContentWriter {
  readonly #losses: LossLog;
  /** Models with thinking levels refuse a call that carries no signature. */
  readonly #signCalls: boolean;
  readonly #names = new Map<string, string>();
  readonly #contents: OpenContent[] = [];

  constructor(losses: LossLog, signCalls: boolean) {
    this.#losses = losses;
    this.#signCalls = signCalls;
  }

  write(turns: readonly Turn[]): EncodedContents {
    const firstOther = turns.findIndex((turn) => turn.role !== 'system' && turn.role !== 'developer');
    // A conversation of prompts alone: the API wants a content, so the last prompt is one.
    const head = firstOther < 0 ? turns.length - 1 : firstOther;
    const systemParts = turns.slice(0, head).flatMap((turn, index) => this.#parts(turn, `turns[${index}]`));
    turns.slice(head).forEach((turn, index) => {
      this.#writeTurn(turn, `turns[${head + index}]`);
    });
    // The API refuses a request without contents, but takes an empty text.
    const contents = this.#contents
      .filter((content) => content.parts.length > 0)
      .map(({ role, parts, extra }) => ({ role, parts, ...extra }));
    return {
      systemInstruction: head <= 0 ? undefined : { parts: systemParts, ...turns[0]?.meta?.gemini },
      contents: contents.length === 0 ? [{ role: 'user', parts: [{ text: '' }] }] : contents,
    };
  }

  #writeTurn(turn: Turn, path: string): void {
    if (turn.name !== undefined) this.#losses.dropped(`${path}.name`);
    const content = this.#contentFor(turn.role === 'assistant' ? 'model' : 'user');
    if (turn.role === 'system' || turn.role === 'developer') {
      this.#losses.changed(`${path}.role`, 'a prompt that is not at the head, written as a marked user turn');
      content.parts.push(...this.#parts(turn, path).map(markPrompt));
      return;
    }
    if (turn.meta?.gemini !== undefined) content.extra = { ...content.extra, ...turn.meta.gemini };
    content.parts.push(...this.#parts(turn, path));
  }

  #contentFor(role: string): OpenContent {
    const last = this.#contents.at(-1);
    if (last?.role === role) return last;
    const content: OpenContent = { role, parts: [], extra: undefined };
    this.#contents.push(content);
    return content;
  }

  #parts(turn: Turn, path: string): readonly JsonObject[] {
    const parts: JsonObject[] = [];
    let unsignedCalls = this.#signCalls && turn.role === 'assistant';
    turn.blocks.forEach((block, index) => {
      const part = this.#part(block, `${path}.blocks[${index}]`);
      if (part === undefined) return;
      const firstCall = block.kind === 'tool-call' && unsignedCalls;
      if (block.kind === 'tool-call') unsignedCalls = false;
      parts.push(firstCall ? { thoughtSignature: noSignature, ...part } : part);
    });
    return parts;
  }

  #part(block: Block, path: string): JsonObject | undefined {
    if (block.kind === 'tool-call') this.#names.set(block.id, block.name);
    if (block.kind !== 'tool-result') return writePart(block, this.#context(path));
    if (block.cache !== undefined) this.#losses.dropped(`${path}.cache`);
    const name = block.name ?? this.#names.get(block.callId) ?? block.callId;
    return writeFunctionResponse(block, name, { losses: this.#losses, path });
  }

  #context(path: string): PartContext {
    return { losses: this.#losses, path, seal: ownSeal };
  }
}

/** The word the API documents for calls that another model, or nobody, signed. */
const noSignature = 'skip_thought_signature_validator';

const ownSeal = (seal: Seal): string | undefined => (seal.dialect === 'gemini' ? wrapSeal(seal, 'gemini') : undefined);

const markPrompt = (part: JsonObject): JsonObject => {
  const draft: JsonDraft = { ...part };
  if (typeof draft['text'] === 'string') draft['text'] = `<system>\n${draft['text']}\n</system>`;
  return draft;
};
