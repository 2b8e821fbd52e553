import { type Block, type OpaqueBlock, type ThinkingBlock, unwrapSeal } from '../../../ir/index.ts';
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
  objectAt,
  stringAt,
  unknownMembers,
} from '../../../json/json.ts';
import { requireString, type Site, typeName } from '../../checked/site.ts';
import { readCustomName } from '../../tooling/custom-tool.ts';
import { attachMarks } from './cache-point.ts';
import { decodeCitation } from './citations.ts';
import { decodeMedia } from './decode-media.ts';
import { own } from './dialect-name.ts';

/** Reads a list of content blocks, of a request or of an answer. Marks go to the blocks before them. */
export const decodeContent = (value: Json | undefined, site: Site): readonly Block[] => {
  if (!isArray(value)) throw site.complain(site.path, `must be an array of content blocks, but is ${typeName(value)}.`);
  return attachMarks<Block>(
    value,
    (block, index) => decodeBlock(block, { ...site, path: `${site.path}[${index}]` }),
    (block, cache) => (block.cache === undefined ? { ...block, cache } : undefined),
  );
};

/**
 * Reads one content block: an object whose one member tells its kind. Blocks that only this dialect understands (guarded content, search results,
 * the provider's own tools, kinds of tomorrow) become opaque, and never calls of a client's tool.
 */
export const decodeBlock = (value: Json | undefined, site: Site): Block => {
  if (!isObject(value))
    throw site.complain(site.path, `must be a content block (an object), but is ${typeName(value)}.`);
  const kind = Object.keys(value).find((name) => Object.hasOwn(decoders, name) && value[name] !== null);
  const decoder = kind === undefined ? undefined : decoders[kind];
  if (kind === undefined || decoder === undefined) return opaqueBlock(Object.keys(value)[0] ?? 'empty', value);
  const content = value[kind] ?? null;
  if (kind !== 'text' && !isObject(content))
    throw site.complain(`${site.path}.${kind}`, `must be an object, but is ${typeName(content)}.`);
  return decoder(content, { ...site, path: `${site.path}.${kind}` }) ?? opaqueBlock(typeWord(kind, content), value);
};

export const opaqueBlock = (type: string, value: Json): OpaqueBlock => ({ kind: 'opaque', dialect: own, type, value });

/** Tools the provider runs itself have a type of their own. */
export const typeWord = (kind: string, content: Json): string => stringAt(content, 'type') ?? kind;

/** Undefined means: not a shape we can carry, so the block stays opaque. */
type BlockDecoder = (content: Json, site: Site) => Block | undefined;

const decodeText: BlockDecoder = (content, site) => {
  if (typeof content !== 'string') throw site.complain(site.path, `must be a string, but is ${typeName(content)}.`);
  return { kind: 'text', text: content };
};

const decodeCited: BlockDecoder = (content, site) => {
  const parts = objectsAt(content, 'content', site);
  const citations = objectsAt(content, 'citations', site).map(decodeCitation);
  const text = parts.map((part) => stringAt(part, 'text') ?? '').join('');
  return { kind: 'text', text, ...(citations.length === 0 ? {} : { citations }) };
};

const objectsAt = (content: Json, name: string, site: Site): readonly JsonObject[] => {
  const list = isObject(content) ? (content[name] ?? []) : [];
  if (!isArray(list)) throw site.complain(`${site.path}.${name}`, `must be an array, but is ${typeName(list)}.`);
  return list.map((item, index) => {
    if (isObject(item)) return item;
    throw site.complain(`${site.path}.${name}[${index}]`, `must be an object, but is ${typeName(item)}.`);
  });
};

const decodeThinking: BlockDecoder = (content, site): ThinkingBlock | undefined => {
  const redacted = stringAt(content, 'redactedContent');
  if (redacted !== undefined) return { kind: 'thinking', text: '', redacted: true, seal: unwrapSeal(redacted, own) };
  const said = objectAt(content, 'reasoningText');
  if (said === undefined) return undefined;
  const signature = stringAt(said, 'signature');
  return {
    kind: 'thinking',
    text: requireString(said, 'text', { ...site, path: `${site.path}.reasoningText` }),
    // Models without signatures send none, or an empty one.
    ...(signature === undefined || signature === '' ? {} : { seal: unwrapSeal(signature, own) }),
  };
};

const callMembers: ReadonlySet<string> = new Set(['toolUseId', 'name', 'input', 'type']);
const resultMembers: ReadonlySet<string> = new Set(['toolUseId', 'content', 'status', 'type']);

/** Calls of a client's tools have no type, or the plain one. */
export const isClientTool = (content: Json): boolean => {
  const type = stringAt(content, 'type');
  return type === undefined || type === 'tool_use' || type === 'tool_result';
};

const decodeCall: BlockDecoder = (content, site) => {
  if (!isObject(content) || !isClientTool(content)) return undefined;
  const id = requireString(content, 'toolUseId', site);
  const called = readCustomName(requireString(content, 'name', site));
  const input = content['input'] ?? {};
  const text = called.custom ? stringAt(input, 'text') : undefined;
  return {
    kind: 'tool-call',
    id,
    name: called.name,
    argumentsJson: text ?? JSON.stringify(input),
    ...(called.custom ? { custom: true } : {}),
    ...membersOf(content, callMembers),
  };
};

const decodeResult: BlockDecoder = (content, site) => {
  if (!isObject(content) || !isClientTool(content)) return undefined;
  const callId = requireString(content, 'toolUseId', site);
  const list = content['content'] ?? [];
  if (!isArray(list)) throw site.complain(`${site.path}.content`, `must be an array, but is ${typeName(list)}.`);
  return {
    kind: 'tool-result',
    callId,
    blocks: list.map((item, index) => decodeResultItem(item, { ...site, path: `${site.path}.content[${index}]` })),
    failed: content['status'] === 'error',
    ...membersOf(content, resultMembers),
  };
};

/** A result may hold a JSON value; to any other dialect it is text. */
const decodeResultItem = (item: Json, site: Site): Block => {
  const value = isObject(item) ? item['json'] : undefined;
  if (value === undefined) return decodeBlock(item, site);
  return { kind: 'text', text: JSON.stringify(value), meta: { [own]: { json: true } } };
};

const membersOf = (content: JsonObject, known: ReadonlySet<string>) => {
  const members = unknownMembers(content, known);
  return members === undefined ? {} : { meta: { [own]: { members } } };
};

const decoders: Readonly<Record<string, BlockDecoder>> = {
  text: decodeText,
  citationsContent: decodeCited,
  reasoningContent: decodeThinking,
  toolUse: decodeCall,
  toolResult: decodeResult,
  image: (content) => decodeMedia('image', content),
  document: (content) => decodeMedia('document', content),
  video: (content) => decodeMedia('video', content),
  audio: (content) => decodeMedia('audio', content),
};
