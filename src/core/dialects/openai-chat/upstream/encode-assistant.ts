import type { Block, TextBlock, ThinkingBlock, ToolCallBlock, Turn } from '../../../ir/index.ts';
import type { Json, JsonDraft, JsonObject } from '../../../json/json.ts';
import { writeImage } from '../wire/media-out.ts';
import { own, ownMeta } from '../wire/own.ts';
import { writeDetails, writeThinkingBlock } from '../wire/thinking.ts';
import { writeCallSeal, writeToolCall } from '../wire/tool-calls.ts';
import { encodePart, joinParts, type MessageWriting } from './encode-part.ts';

/** An assistant turn as one message: reasoning, content and calls stand in members of their own, so their order is given up. */
export const encodeAssistant = (turn: Turn, path: string, writing: MessageWriting): readonly JsonObject[] => {
  const draft = new AssistantDraft(path, writing);
  turn.blocks.forEach((block, index) => {
    draft.add(block, index);
  });
  const message = draft.finish();
  if (message === undefined && turn.blocks.length > 0) return [];
  return [
    {
      role: 'assistant',
      content: '',
      ...message,
      ...(turn.name === undefined ? {} : { name: turn.name }),
      ...(ownMeta(turn)?.['members'] as JsonObject | undefined),
    },
  ];
};

/** Where reasoning goes back to: the member it came in. */
const homeOf = (block: ThinkingBlock): string => {
  const member = ownMeta(block)?.['member'];
  if (typeof member === 'string') return member;
  return block.seal === undefined ? 'reasoning_content' : 'reasoning_details';
};

class AssistantDraft {
  readonly #path: string;
  readonly #writing: MessageWriting;
  readonly #message: JsonDraft = {};
  readonly #content: Json[] = [];
  readonly #annotations: Json[] = [];
  readonly #lists = new Map<string, JsonObject[]>();
  #refusal: string | undefined;

  constructor(path: string, writing: MessageWriting) {
    this.#path = path;
    this.#writing = writing;
  }

  add(block: Block, index: number): void {
    const at = `${this.#path}.blocks[${index}]`;
    switch (block.kind) {
      case 'thinking':
        this.#addThinking(block, at);
        return;
      case 'tool-call':
        this.#addCall(block, at);
        return;
      case 'text':
        this.#addText(block, at);
        return;
      case 'refusal':
        this.#refusal = (this.#refusal ?? '') + block.text;
        return;
      case 'media':
        this.#addMedia(block, at);
        return;
      case 'opaque':
      case 'tool-result':
        this.#content.push(...encodePart(block, at, this.#writing));
    }
  }

  /** The message without its role; undefined when no block could be written. */
  finish(): JsonObject | undefined {
    for (const [member, list] of this.#lists) this.#message[member] = list;
    if (this.#annotations.length > 0) this.#message['annotations'] = this.#annotations;
    if (this.#refusal !== undefined) this.#message['refusal'] = this.#refusal;
    const wordless = this.#content.length === 0;
    if (wordless && Object.keys(this.#message).length === 0) return undefined;
    const silent = this.#refusal !== undefined || this.#lists.has('tool_calls') || this.#message['audio'] !== undefined;
    return { content: wordless ? (silent ? null : '') : joinParts(this.#content), ...this.#message };
  }

  #addThinking(block: ThinkingBlock, at: string): void {
    const { log, cacheMarks } = this.#writing;
    if (block.cache !== undefined && !cacheMarks) log.dropped(`${at}.cache`);
    if (block.seal !== undefined && block.seal.dialect !== own) {
      log.dropped(at, 'thoughts sealed for another provider');
      return;
    }
    switch (homeOf(block)) {
      case 'content':
        this.#content.push(...encodePart(block, at, this.#writing));
        return;
      case 'reasoning_details': {
        const details = this.#list('reasoning_details');
        details.push(...writeDetails(block, block.seal?.value, details.length));
        return;
      }
      case 'thinking_blocks':
        this.#list('thinking_blocks').push(writeThinkingBlock(block));
        return;
      case 'reasoning':
        this.#addReasoning('reasoning', block);
        return;
      default:
        this.#addReasoning('reasoning_content', block);
        return;
    }
  }

  #addReasoning(member: string, block: ThinkingBlock): void {
    if (block.text === '') return;
    const before = this.#message[member];
    this.#message[member] = typeof before === 'string' ? before + block.text : block.text;
  }

  #addText(block: TextBlock, at: string): void {
    const { citations, seal, ...plain } = block;
    const returning = (citations ?? []).flatMap((citation) =>
      citation.wire?.dialect === own ? [citation.wire.value] : [],
    );
    this.#annotations.push(...returning);
    if (returning.length < (citations?.length ?? 0)) this.#writing.log.dropped(`${at}.citations`);
    if (seal?.dialect === 'gemini') Object.assign(this.#message, writeCallSeal(seal));
    else if (seal !== undefined) this.#writing.log.dropped(`${at}.seal`, 'sealed for another provider');
    this.#content.push(...encodePart(plain, at, this.#writing));
  }

  #addCall(block: ToolCallBlock, at: string): void {
    const home = block.seal?.dialect === 'gemini';
    if (block.seal !== undefined && !home) this.#writing.log.dropped(`${at}.seal`, 'sealed for another provider');
    if (block.cache !== undefined) this.#writing.log.dropped(`${at}.cache`);
    this.#list('tool_calls').push(writeToolCall(block, home ? block.seal : undefined));
  }

  #addMedia(block: Extract<Block, { kind: 'media' }>, at: string): void {
    if (block.media === 'audio' && block.source.kind === 'file') {
      this.#message['audio'] = { id: block.source.id };
      return;
    }
    const image = block.media === 'image' ? writeImage(block) : undefined;
    if (image === undefined) this.#writing.log.dropped(at, block.media);
    else this.#list('images').push(image);
  }

  #list(member: string): JsonObject[] {
    const known = this.#lists.get(member);
    if (known !== undefined) return known;
    const list: JsonObject[] = [];
    this.#lists.set(member, list);
    return list;
  }
}
