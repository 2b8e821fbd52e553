import { invalidField } from '../../errors/gateway-error.ts';
import type { Block, EmbeddingInput } from '../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject, objectAt, stringAt } from '../../json/json.ts';
import { typeName } from '../checked/site.ts';
import { parseDataUrl, writeDataUrl } from '../data-url.ts';

/** What stands in `input`: the inputs, and whether the client sent a list of them. */
export interface DecodedInput {
  readonly inputs: readonly EmbeddingInput[];
  readonly batch: boolean;
}

/** Reads `input`: a text, a list of token ids, or a list of texts, token lists and content objects. */
export const decodeInput = (input: Json | undefined): DecodedInput => {
  if (typeof input === 'string') return { inputs: [{ kind: 'text', text: input }], batch: false };
  if (!isArray(input)) throw invalidField('input', `must be a string or a list, but is ${typeName(input)}.`);
  if (input.length === 0) throw invalidField('input', 'is empty; send at least one input.');
  if (isTokens(input)) return { inputs: [{ kind: 'tokens', tokens: input }], batch: false };
  return { inputs: input.map(decodeItem), batch: true };
};

/** Writes one input as the wire has it. Blocks that are all text become one text, the lines joined. */
export const encodeInput = (input: EmbeddingInput): Json => {
  switch (input.kind) {
    case 'text':
      return input.text;
    case 'tokens':
      return input.tokens;
    case 'blocks':
      return textOf(input.blocks) ?? { content: input.blocks.map(encodeBlock).filter((part) => part !== undefined) };
  }
};

/** Whether an input holds blocks that the wire has no word for. */
export const holdsForeignBlocks = (input: EmbeddingInput): boolean =>
  input.kind === 'blocks' && input.blocks.some((block) => encodeBlock(block) === undefined);

const decodeItem = (item: Json, index: number): EmbeddingInput => {
  if (typeof item === 'string') return { kind: 'text', text: item };
  if (isArray(item) && item.length > 0 && isTokens(item)) return { kind: 'tokens', tokens: item };
  const content = isObject(item) ? item['content'] : undefined;
  if (isArray(content))
    return { kind: 'blocks', blocks: content.map((part, at) => decodePart(part, `input[${index}].content[${at}]`)) };
  throw invalidField(
    `input[${index}]`,
    `must be a string, a list of token ids or an object with "content", but is ${typeName(item)}.`,
  );
};

const decodePart = (part: Json, path: string): Block => {
  if (!isObject(part)) throw invalidField(path, `must be an object, but is ${typeName(part)}.`);
  const text = stringAt(part, 'text');
  if (part['type'] === 'text' && text !== undefined) return { kind: 'text', text };
  const url = stringAt(objectAt(part, 'image_url'), 'url');
  if (part['type'] !== 'image_url' || url === undefined)
    return { kind: 'opaque', dialect: 'openai-chat', type: stringAt(part, 'type') ?? 'part', value: part };
  const data = parseDataUrl(url);
  return data === undefined
    ? { kind: 'media', media: 'image', source: { kind: 'url', url } }
    : { kind: 'media', media: 'image', mimeType: data.mimeType, source: { kind: 'base64', data: data.data } };
};

const encodeBlock = (block: Block): JsonObject | undefined => {
  if (block.kind === 'text') return { type: 'text', text: block.text };
  if (block.kind === 'opaque' && block.dialect === 'openai-chat' && isObject(block.value)) return block.value;
  if (block.kind !== 'media' || block.media !== 'image') return undefined;
  if (block.source.kind === 'url') return { type: 'image_url', image_url: { url: block.source.url } };
  if (block.source.kind !== 'base64') return undefined;
  return { type: 'image_url', image_url: { url: writeDataUrl(block.mimeType ?? 'image/png', block.source.data) } };
};

const textOf = (blocks: readonly Block[]): string | undefined =>
  blocks.every((block) => block.kind === 'text') ? blocks.map((block) => block.text).join('\n') : undefined;

const isTokens = (list: readonly Json[]): list is readonly number[] =>
  list.every((item) => typeof item === 'number' && Number.isInteger(item) && item >= 0);
