import { type Block, type MediaBlock, type OpaqueBlock, type ThinkingBlock, unwrapSeal } from '../../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject, stringAt } from '../../../json/json.ts';
import { requireString, type Site, typeName } from '../../checked/site.ts';
import { readCustomName } from '../../tooling/custom-tool.ts';
import { decodeCitations } from './citations.ts';
import { decodeDocument, decodeImage } from './decode-media.ts';
import { own } from './dialect-name.ts';
import { decodeShared, knownMembers } from './members.ts';

/**
 * Reads one content block, of a request or of an answer. Blocks that only this dialect understands (server tools and their results, MCP
 * calls, search results, uploads, types of tomorrow) become opaque, and never calls of a client's tool.
 */
export const decodeBlock = (value: Json | undefined, site: Site): Block => {
  if (!isObject(value))
    throw site.complain(site.path, `must be a content block (an object), but is ${typeName(value)}.`);
  const type = requireString(value, 'type', site);
  const decoder = Object.hasOwn(decoders, type) ? decoders[type] : undefined;
  return decoder?.(value, site) ?? opaqueBlock(type, value);
};

/** `content` as blocks: a string is one text block. */
export const decodeContent = (value: Json | undefined, site: Site): readonly Block[] => {
  if (typeof value === 'string') return [{ kind: 'text', text: value }];
  if (!isArray(value))
    throw site.complain(site.path, `must be a string or an array of blocks, but is ${typeName(value)}.`);
  return value.map((block, index) => decodeBlock(block, { ...site, path: `${site.path}[${index}]` }));
};

export const opaqueBlock = (type: string, value: Json): OpaqueBlock => ({ kind: 'opaque', dialect: own, type, value });

/** Undefined means: not a shape we can carry, so the block stays opaque. */
type BlockDecoder = (value: JsonObject, site: Site) => Block | undefined;

const textMembers = knownMembers('text', 'citations');
const thinkingMembers = knownMembers('thinking', 'signature');
const redactedMembers = knownMembers('data');
const callMembers = knownMembers('id', 'name', 'input');
const resultMembers = knownMembers('tool_use_id', 'content', 'is_error');

const decodeText: BlockDecoder = (value, site) => {
  const citations = decodeCitations(value['citations']);
  return {
    kind: 'text',
    text: requireString(value, 'text', site),
    ...(citations === undefined ? {} : { citations }),
    ...decodeShared(value, textMembers),
  };
};

const decodeThinking: BlockDecoder = (value, site): ThinkingBlock => {
  const signature = stringAt(value, 'signature');
  return {
    kind: 'thinking',
    text: requireString(value, 'thinking', site),
    // An empty signature is a host that signs nothing, or thoughts of a model that cannot.
    ...(signature === undefined || signature === '' ? {} : { seal: unwrapSeal(signature, own) }),
    ...decodeShared(value, thinkingMembers),
  };
};

const decodeRedacted: BlockDecoder = (value, site): ThinkingBlock => ({
  kind: 'thinking',
  text: '',
  redacted: true,
  seal: unwrapSeal(requireString(value, 'data', site), own),
  ...decodeShared(value, redactedMembers),
});

const decodeCall: BlockDecoder = (value, site) => {
  const id = requireString(value, 'id', site);
  const called = readCustomName(requireString(value, 'name', site));
  const input = value['input'] ?? {};
  if (!isObject(input)) throw site.complain(`${site.path}.input`, `must be an object, but is ${typeName(input)}.`);
  const text = called.custom ? stringAt(input, 'text') : undefined;
  return {
    kind: 'tool-call',
    id,
    name: called.name,
    argumentsJson: text ?? JSON.stringify(input),
    ...(called.custom ? { custom: true } : {}),
    ...decodeShared(value, callMembers),
  };
};

const decodeResult: BlockDecoder = (value, site) => {
  const callId = requireString(value, 'tool_use_id', site);
  const failed = value['is_error'] ?? false;
  if (typeof failed !== 'boolean')
    throw site.complain(`${site.path}.is_error`, `must be true or false, but is ${typeName(failed)}.`);
  const content = value['content'] ?? [];
  return {
    kind: 'tool-result',
    callId,
    blocks: decodeContent(content, { ...site, path: `${site.path}.content` }),
    failed,
    ...decodeShared(value, resultMembers),
  };
};

const decoders: Readonly<Record<string, BlockDecoder>> = {
  text: decodeText,
  thinking: decodeThinking,
  redacted_thinking: decodeRedacted,
  tool_use: decodeCall,
  tool_result: decodeResult,
  image: (value): MediaBlock | undefined => decodeImage(value),
  document: (value): MediaBlock | undefined => decodeDocument(value),
};
