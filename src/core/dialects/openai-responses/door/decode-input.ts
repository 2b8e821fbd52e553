import type { Block, Role, ToolResultBlock, Turn } from '../../../ir/index.ts';
import { type JsonObject, stringAt, unknownMembers } from '../../../json/json.ts';
import { decodeItem } from '../wire/decode-item.ts';
import { decodeContent } from '../wire/decode-part.ts';
import { joinNames, type NamespacedName } from '../wire/namespaces.ts';
import { own, ownMeta, withoutNulls, writeMeta } from '../wire/own.ts';
import { type CarriedSeal, readCarriedSeal } from '../wire/seal-carrier.ts';
import { itemType } from './check-input.ts';

/** Reads checked items as turns: what the assistant wrote in sequence is one turn, outputs in sequence are one tool turn. */
export const decodeInput = (
  items: readonly JsonObject[],
  namespaced: ReadonlyMap<string, NamespacedName>,
): readonly Turn[] => {
  const builder = new TurnBuilder(namespaced);
  for (const item of items) builder.add(item);
  return builder.finish();
};

class TurnBuilder {
  readonly #turns: Turn[] = [];
  readonly #namespaced: ReadonlyMap<string, NamespacedName>;
  #role: Role | undefined;
  #blocks: Block[] = [];
  /** The assistant's last item was a message, so a next one must say that it begins anew. */
  #afterMessage = false;
  /** A seal whose block has not come yet. */
  #carried: CarriedSeal | undefined;

  constructor(namespaced: ReadonlyMap<string, NamespacedName>) {
    this.#namespaced = namespaced;
  }

  add(item: JsonObject): void {
    const type = itemType(item);
    if (type === 'message' && item['role'] !== 'assistant') this.#message(item);
    else if (type === 'function_call_output' || type === 'custom_tool_call_output')
      this.#append('tool', [result(item)]);
    else if (isRole(item['role']) && type !== 'message') this.#opaque(item, item['role']);
    else this.#assistant(type === 'message' ? { ...item, type } : item);
  }

  finish(): readonly Turn[] {
    this.#flush();
    return this.#turns;
  }

  #message(item: JsonObject): void {
    this.#flush();
    const members = withoutNulls(unknownMembers(item, messageMembers));
    this.#turns.push({
      role: stringAt(item, 'role') as Role,
      blocks: decodeContent(item['content']),
      ...writeMeta(members === undefined ? {} : { item: members }),
    });
  }

  #opaque(item: JsonObject, role: Role): void {
    this.#append(role, decodeItem(item, 'input'));
    if (role !== 'assistant') this.#flush();
  }

  #assistant(item: JsonObject): void {
    const carried = readCarriedSeal(item);
    if (carried !== undefined) {
      this.#carry(carried);
      return;
    }
    const isMessage = item['type'] === 'message';
    const [first, ...others] = decodeItem(item, 'input');
    if (first === undefined) return;
    const begins = isMessage && this.#role === 'assistant' && this.#afterMessage;
    const trimmed = this.#qualify(begins ? first : withoutEmptyItem(first));
    this.#append('assistant', [this.#seal(trimmed), ...others]);
    this.#afterMessage = isMessage;
  }

  #append(role: Role, blocks: readonly Block[]): void {
    if (this.#role !== role) this.#flush();
    this.#role = role;
    this.#blocks.push(...blocks);
    this.#afterMessage = false;
  }

  #flush(): void {
    if (this.#role !== undefined) this.#turns.push({ role: this.#role, blocks: this.#blocks });
    this.#role = undefined;
    this.#blocks = [];
    this.#carried = undefined;
    this.#afterMessage = false;
  }

  #carry(carried: CarriedSeal): void {
    const last = this.#blocks.at(-1);
    if (carried.side === 'next') this.#carried = carried;
    else if (this.#role === 'assistant' && last !== undefined && takesSeal(last))
      this.#blocks[this.#blocks.length - 1] = { ...last, seal: carried.seal };
  }

  #seal(block: Block): Block {
    const carried = this.#carried;
    if (carried === undefined || !takesSeal(block)) return block;
    this.#carried = undefined;
    return { ...block, seal: carried.seal };
  }

  /** A call into a namespace the request defines gets the joined name its tool has. */
  #qualify(block: Block): Block {
    if (block.kind !== 'tool-call') return block;
    const namespace = stringAt(ownMeta(block).item, 'namespace');
    if (namespace === undefined) return block;
    const name = joinNames(namespace, block.name);
    return this.#namespaced.has(name) ? { ...block, name } : block;
  }
}

const messageMembers = new Set(['type', 'role', 'content']);
const resultMembers = new Set(['type', 'call_id', 'output']);

const roles: ReadonlySet<unknown> = new Set<Role>(['system', 'developer', 'user', 'assistant']);
const isRole = (value: unknown): value is Role => roles.has(value);

const takesSeal = (block: Block): block is Extract<Block, { readonly kind: 'text' | 'tool-call' }> =>
  block.kind === 'text' || block.kind === 'tool-call';

/** Without members of its own a message or call needs no mark; a reasoning item keeps it, to be told from thoughts of other dialects. */
const withoutEmptyItem = (block: Block): Block => {
  const { item, part } = ownMeta(block);
  if (block.kind === 'thinking' || item === undefined || Object.keys(item).length > 0) return block;
  const { meta: _meta, ...bare } = block;
  return { ...bare, ...writeMeta(part === undefined ? {} : { part }) } as Block;
};

const result = (item: JsonObject): ToolResultBlock => {
  const members = withoutNulls(unknownMembers(item, resultMembers));
  return {
    kind: 'tool-result',
    callId: stringAt(item, 'call_id') ?? '',
    blocks: decodeContent(item['output']),
    failed: false,
    ...(item['type'] === 'custom_tool_call_output' ? { custom: true } : {}),
    ...writeMeta(members === undefined ? {} : { item: members }),
  };
};

/** The client's `instructions` as the leading system turn. */
export const instructionsTurn = (instructions: string): Turn => ({
  role: 'system',
  blocks: decodeContent(instructions),
  meta: { [own]: { instructions: true } },
});
