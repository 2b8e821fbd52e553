import {
  type Block,
  type Seal,
  type TextBlock,
  type ThinkingBlock,
  type TokenLogprob,
  unwrapSeal,
} from '../../../ir/index.ts';
import { arrayAt, type Json, type JsonObject, stringAt, unknownMembers } from '../../../json/json.ts';
import { decodeContent } from './decode-part.ts';
import { decodeLogprobs } from './logprobs.ts';
import { lookup } from './lookup.ts';
import { own, ownMeta, withoutNulls, writeMeta } from './own.ts';

/**
 * Where an item comes from. In an answer `status` is left out of what is kept, since a stream tells it only at the end; a client's own item
 * keeps it.
 */
export type ItemSource = 'answer' | 'input';

/**
 * Reads one item the assistant wrote as blocks: a message and a reasoning item give one for each part, a call of a client's tool gives one.
 * Every other item is opaque. The first block keeps the item's members.
 */
export const decodeItem = (item: JsonObject, source: ItemSource): readonly Block[] => {
  const [first, ...others] = (lookup(readers, stringAt(item, 'type')) ?? opaqueItem)(item);
  if (first === undefined) return [];
  if (first.kind === 'opaque' && ownMeta(first).part === undefined) return [first, ...others];
  return [{ ...first, ...writeMeta({ ...ownMeta(first), item: itemMembers(item, source) }) } as Block, ...others];
};

const opaqueItem = (item: JsonObject): readonly Block[] => [
  { kind: 'opaque', dialect: own, type: stringAt(item, 'type') ?? 'unknown', value: item },
];

const messageItem = (item: JsonObject): readonly Block[] => {
  const blocks = decodeContent(item['content']);
  return blocks.length === 0 ? [emptyText] : blocks;
};

const emptyText: TextBlock = { kind: 'text', text: '' };

/** The seal stands on the last block. An item with neither text nor seal is only a name for what the provider holds, so it stays opaque. */
const reasoningItem = (item: JsonObject): readonly Block[] => {
  const seal = itemSeal(item);
  const parts = [
    ...texts(item, 'summary').map((text): ThinkingBlock => ({ kind: 'thinking', text, form: 'summary' })),
    ...texts(item, 'content').map((text): ThinkingBlock => ({ kind: 'thinking', text })),
  ];
  const last = parts.pop();
  if (last !== undefined) return [...parts, seal === undefined ? last : { ...last, seal }];
  return seal === undefined
    ? opaqueItem(item)
    : [{ kind: 'thinking', text: '', form: 'summary', redacted: true, seal }];
};

const itemSeal = (item: JsonObject): Seal | undefined => {
  const sealed = stringAt(item, 'encrypted_content');
  return sealed === undefined || sealed === '' ? undefined : unwrapSeal(sealed, own);
};

const texts = (item: JsonObject, key: 'summary' | 'content'): readonly string[] =>
  arrayAt(item, key).flatMap((part) => stringAt(part, 'text') ?? []);

const functionCall = (item: JsonObject): readonly Block[] => callBlock(item, stringAt(item, 'arguments') ?? '', {});
const customCall = (item: JsonObject): readonly Block[] =>
  callBlock(item, stringAt(item, 'input') ?? '', { custom: true });

const callBlock = (item: JsonObject, argumentsJson: string, more: { readonly custom?: true }): readonly Block[] => {
  const id = stringAt(item, 'call_id') ?? stringAt(item, 'id') ?? '';
  return [{ kind: 'tool-call', id, name: stringAt(item, 'name') ?? '', argumentsJson, ...more }];
};

const readers: Readonly<Record<string, (item: JsonObject) => readonly Block[]>> = {
  message: messageItem,
  reasoning: reasoningItem,
  function_call: functionCall,
  custom_tool_call: customCall,
};

const knownMembers: Readonly<Record<string, ReadonlySet<string>>> = {
  message: new Set(['type', 'role', 'content']),
  reasoning: new Set(['type', 'summary', 'content', 'encrypted_content']),
  function_call: new Set(['type', 'call_id', 'name', 'arguments']),
  custom_tool_call: new Set(['type', 'call_id', 'name', 'input']),
};

/** The members of an item that no block has a place for. */
export const itemMembers = (item: JsonObject, source: ItemSource): JsonObject => {
  const members = withoutNulls(unknownMembers(item, lookup(knownMembers, stringAt(item, 'type')) ?? new Set()));
  if (members === undefined || source === 'input') return members ?? {};
  const { status: _status, ...kept } = members;
  return kept;
};

/** Log probabilities of a message item's text parts, in order. */
export const itemLogprobs = (item: Json): readonly TokenLogprob[] =>
  arrayAt(item, 'content').flatMap((part) => (stringAt(part, 'type') === 'output_text' ? partLogprobs(part) : []));

const partLogprobs = (part: Json): readonly TokenLogprob[] => decodeLogprobs(arrayAt(part, 'logprobs'));
