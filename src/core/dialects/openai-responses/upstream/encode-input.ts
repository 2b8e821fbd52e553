import type { Block, ChatRequest, ThinkingBlock, ToolCallBlock, ToolResultBlock, Turn } from '../../../ir/index.ts';
import { type Json, type JsonDraft, type JsonObject, objectAt } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { isInstructions } from '../wire/echo.ts';
import { namespacedTools } from '../wire/namespaces.ts';
import { own, ownMeta } from '../wire/own.ts';
import { encodePart } from './encode-part.ts';

export interface InputScope {
  readonly losses: LossLog;
  readonly translated: boolean;
  /** A system prompt that is not at the head is written as the user's words (see the trait `no-system-turns`). */
  readonly systemOnlyAtHead: boolean;
}

/** Writes the turns as items: an assistant turn is split into messages, reasoning and calls, a tool turn into its outputs. */
export const encodeInput = (request: ChatRequest, scope: InputScope): readonly JsonObject[] => {
  const writer = new InputWriter(request, scope);
  for (const [index, turn] of request.turns.entries()) if (!isInstructions(turn)) writer.turn(turn, `turns[${index}]`);
  return writer.items;
};

interface Reasoning {
  /** Members of the client's own item; undefined for thoughts that came from elsewhere. */
  readonly item: JsonObject | undefined;
  readonly blocks: ThinkingBlock[];
  readonly paths: string[];
}

class InputWriter {
  readonly items: JsonObject[] = [];
  readonly #scope: InputScope;
  readonly #namespaces: ReturnType<typeof namespacedTools>;
  readonly #customCalls = new Set<string>();
  #parts: JsonObject[] = [];
  #messageItem: JsonObject | undefined;
  #reasoning: Reasoning | undefined;
  #pastHead = false;

  constructor(request: ChatRequest, scope: InputScope) {
    this.#scope = scope;
    this.#namespaces = namespacedTools(request.tools);
  }

  turn(turn: Turn, path: string): void {
    if (turn.name !== undefined) this.#scope.losses.dropped(`${path}.name`);
    if (turn.role === 'assistant') this.#assistantTurn(turn, path);
    else this.#clientTurn(turn, path);
    this.#pastHead ||= turn.role !== 'system' && turn.role !== 'developer';
  }

  /** A user or system message, or results of tools; results inside a user turn become items of their own before what follows them. */
  #clientTurn(turn: Turn, path: string): void {
    const scope = { ...this.#scope, side: 'input' } as const;
    let wrote = turn.blocks.length > 0;
    const flush = (): void => {
      if (this.#parts.length === 0 && wrote) return;
      this.items.push({
        type: 'message',
        role: this.#role(turn),
        content: clientContent(this.#parts),
        ...turnItem(turn),
      });
      this.#parts = [];
      wrote = true;
    };
    for (const [index, block] of turn.blocks.entries()) {
      const at = `${path}.blocks[${index}]`;
      if (block.kind === 'tool-result' || isOwnItem(block)) {
        flush();
        this.items.push(block.kind === 'tool-result' ? this.#result(block, at) : ownItem(block));
        continue;
      }
      const part = encodePart(block, at, scope);
      if (part !== undefined) this.#parts.push(part);
    }
    flush();
  }

  #role(turn: Turn): string {
    const system = turn.role === 'system' || turn.role === 'developer';
    if (turn.role === 'tool' || (system && this.#pastHead && this.#scope.systemOnlyAtHead)) return 'user';
    return turn.role;
  }

  #assistantTurn(turn: Turn, path: string): void {
    for (const [index, block] of turn.blocks.entries()) this.#assistantBlock(block, `${path}.blocks[${index}]`);
    this.#flushReasoning();
    this.#flushMessage();
  }

  #assistantBlock(block: Block, path: string): void {
    if (block.kind === 'thinking') {
      this.#flushMessage();
      this.#think(block, path);
      return;
    }
    this.#flushReasoning();
    if (block.kind === 'tool-call' || block.kind === 'tool-result' || isOwnItem(block)) {
      this.#flushMessage();
      this.items.push(this.#item(block, path));
      return;
    }
    const { item } = ownMeta(block);
    if (item !== undefined) this.#flushMessage();
    const part = encodePart(block, path, { ...this.#scope, side: 'output' });
    if (part === undefined) return;
    this.#messageItem ??= item ?? {};
    this.#parts.push(part);
  }

  #item(block: Block, path: string): JsonObject {
    if (block.kind === 'tool-call') return this.#call(block, path);
    return block.kind === 'tool-result' ? this.#result(block, path) : ownItem(block);
  }

  #flushMessage(): void {
    const item = this.#messageItem;
    if (item === undefined) return;
    this.items.push({ type: 'message', role: 'assistant', content: assistantContent(this.#parts, item), ...item });
    this.#messageItem = undefined;
    this.#parts = [];
  }

  /** Thoughts belong to one item until one of them is sealed or begins an item of the client's. Hidden ones have no words, so none belong to them. */
  #think(block: ThinkingBlock, path: string): void {
    const { item } = ownMeta(block);
    const open = this.#reasoning;
    const begins = item !== undefined || block.redacted === true || open?.blocks.at(-1)?.seal !== undefined;
    if (open !== undefined && begins) this.#flushReasoning();
    this.#reasoning ??= { item, blocks: [], paths: [] };
    this.#reasoning.blocks.push(block);
    this.#reasoning.paths.push(path);
  }

  #flushReasoning(): void {
    const open = this.#reasoning;
    this.#reasoning = undefined;
    if (open === undefined) return;
    const seal = open.blocks.at(-1)?.seal;
    if (seal === undefined ? open.item === undefined : seal.dialect !== own) {
      for (const path of open.paths)
        this.#scope.losses.dropped(path, seal === undefined ? 'thoughts without a seal' : 'sealed by another provider');
      return;
    }
    const raw = (block: ThinkingBlock): boolean => block.form === undefined && open.item !== undefined;
    const said = open.blocks.filter((block) => block.text !== '');
    const content = said.filter(raw).map(({ text }) => ({ type: 'reasoning_text', text }));
    this.items.push({
      type: 'reasoning',
      ...open.item,
      summary: said.filter((block) => !raw(block)).map(({ text }) => ({ type: 'summary_text', text })),
      ...(content.length === 0 ? {} : { content }),
      ...(seal === undefined ? {} : { encrypted_content: seal.value }),
    });
  }

  #call(block: ToolCallBlock, path: string): JsonObject {
    if (block.seal !== undefined) this.#scope.losses.dropped(`${path}.seal`, 'signed by another provider');
    const named = this.#namespaces.get(block.name);
    const names = {
      name: named?.name ?? block.name,
      ...(named === undefined ? {} : { namespace: named.namespace['name'] }),
    };
    const { item } = ownMeta(block);
    if (block.custom) this.#customCalls.add(block.id);
    return block.custom
      ? { type: 'custom_tool_call', call_id: block.id, ...names, input: block.argumentsJson, ...item }
      : { type: 'function_call', call_id: block.id, ...names, arguments: block.argumentsJson || '{}', ...item };
  }

  #result(block: ToolResultBlock, path: string): JsonObject {
    if (block.failed) this.#scope.losses.changed(`${path}.failed`, 'sent as an ordinary output');
    const custom = block.custom ?? this.#customCalls.has(block.callId);
    const scope = { ...this.#scope, side: 'input' } as const;
    const parts = block.blocks
      .map((inner, index) => encodePart(inner, `${path}.blocks[${index}]`, scope))
      .filter((part) => part !== undefined);
    return {
      type: custom ? 'custom_tool_call_output' : 'function_call_output',
      call_id: block.callId,
      output: clientContent(parts),
      ...ownMeta(block).item,
    };
  }
}

const isOwnItem = (block: Block): boolean =>
  block.kind === 'opaque' && block.dialect === own && ownMeta(block).part === undefined;

const ownItem = (block: Block): JsonObject => (block.kind === 'opaque' ? (block.value as JsonObject) : {});

const turnItem = (turn: Turn): JsonObject => objectAt(turn.meta?.[own], 'item') ?? {};

/** A lone plain text is written as a string: every host takes that. */
const clientContent = (parts: readonly JsonObject[]): Json => {
  if (parts.length === 0) return '';
  const [first] = parts;
  const plain = parts.length === 1 && first !== undefined && isPlain(first, ['type', 'text']);
  return plain && first['type'] === 'input_text' ? (first['text'] ?? '') : parts;
};

/** The same for the assistant's messages, unless the message has an id: hosts check such a message as an output item, with a list of parts. */
const assistantContent = (parts: readonly JsonObject[], item: JsonObject): Json => {
  const [first] = parts;
  if (item['id'] !== undefined || parts.length !== 1 || first === undefined) return parts;
  const bare: JsonDraft = { ...first };
  if (Array.isArray(bare['annotations']) && bare['annotations'].length === 0) delete bare['annotations'];
  return bare['type'] === 'output_text' && isPlain(bare, ['type', 'text']) ? (bare['text'] ?? '') : parts;
};

const isPlain = (part: JsonObject, members: readonly string[]): boolean =>
  Object.keys(part).every((key) => members.includes(key));
