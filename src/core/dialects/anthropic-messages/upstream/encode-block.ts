import type { Block, Meta, TextBlock, ThinkingBlock, ToolCallBlock, ToolResultBlock } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { customInput, writeCustomName } from '../../tooling/custom-tool.ts';
import { toolCallId } from '../../tooling/tool-call-id.ts';
import { toolInput } from '../../tooling/tool-input.ts';
import { encodeCacheMark } from '../wire/cache-mark.ts';
import { foreignSeal } from '../wire/carried-seal.ts';
import { ownCitation } from '../wire/citations.ts';
import { own } from '../wire/dialect-name.ts';
import { encodeMedia } from './encode-media.ts';

/** Where a block stands in the request, and where to report what it loses. */
export interface BlockSite {
  readonly path: string;
  readonly log: LossLog;
  readonly role: 'system' | 'user' | 'assistant';
}

/** Writes one block of a request; undefined when nothing of it can be sent. */
export const encodeBlock = (block: Block, site: BlockSite): JsonObject | undefined => {
  const wire = encodeKind(block, site);
  if (wire === undefined || block.kind === 'opaque') return wire;
  return { ...wire, ...ownMembers(block.meta), ...cacheControl(block) };
};

/** A list of blocks as `content`: a single plain text is written as a string. */
export const writeContent = (blocks: readonly JsonObject[]): Json => {
  const [first] = blocks;
  if (blocks.length !== 1 || first === undefined || first['type'] !== 'text') return blocks;
  const text = first['text'];
  return typeof text === 'string' && Object.keys(first).length === 2 ? text : blocks;
};

/** This dialect's own members of a meta. */
export const ownMembers = (meta: Meta | undefined): JsonObject | undefined => meta?.[own];

export const cacheControl = (marked: { readonly cache?: Block['cache'] }): JsonObject =>
  marked.cache === undefined ? {} : { cache_control: encodeCacheMark(marked.cache) };

const encodeKind = (block: Block, site: BlockSite): JsonObject | undefined => {
  if (foreignSeal(block) !== undefined) site.log.dropped(`${site.path}.seal`, 'signed by another provider');
  switch (block.kind) {
    case 'text':
      return encodeText(block, site);
    case 'thinking':
      return encodeThinking(block, site);
    case 'refusal':
      site.log.changed(site.path, 'a refusal is sent as text');
      return encodeText({ kind: 'text', text: block.text }, site);
    case 'tool-call':
      return encodeCall(block, site);
    case 'tool-result':
      return encodeResult(block, site);
    case 'media':
      return encodeMedia(block, site);
    case 'opaque':
      if (block.dialect === own && isObject(block.value)) return block.value;
      site.log.dropped(site.path, `a ${block.type} block only its own provider understands`);
      return undefined;
  }
};

/** Empty texts are refused by the provider, and hold nothing. */
const encodeText = (block: TextBlock, site: BlockSite): JsonObject | undefined => {
  if (block.text.trim() === '') {
    if (block.cache !== undefined) site.log.dropped(`${site.path}.cache`, 'an empty text cannot be marked');
    return undefined;
  }
  const citations = (block.citations ?? []).map(ownCitation).filter((wire) => wire !== undefined);
  if (citations.length < (block.citations?.length ?? 0))
    site.log.dropped(`${site.path}.citations`, "only this provider's own citations can be sent back");
  return { type: 'text', text: block.text, ...(citations.length === 0 ? {} : { citations }) };
};

const encodeThinking = (block: ThinkingBlock, site: BlockSite): JsonObject | undefined => {
  const signature = block.seal?.dialect === own ? block.seal.value : '';
  if (signature === '') {
    site.log.dropped(site.path, 'thinking without a signature of this provider');
    return undefined;
  }
  if (block.redacted === true) return { type: 'redacted_thinking', data: signature };
  return { type: 'thinking', thinking: block.text, signature };
};

const encodeCall = (block: ToolCallBlock, site: BlockSite): JsonObject => {
  const id = toolCallId(block.id);
  if (block.custom === true)
    return { type: 'tool_use', id, name: writeCustomName(block.name), input: customInput(block.argumentsJson) };
  const { input, wrapped } = toolInput(block.argumentsJson);
  if (wrapped) site.log.changed(`${site.path}.argumentsJson`, 'not a JSON object, so it is sent inside one');
  return { type: 'tool_use', id, name: block.name, input };
};

const encodeResult = (block: ToolResultBlock, site: BlockSite): JsonObject => {
  const blocks = block.blocks
    .map((inner, index) => encodeBlock(inner, { ...site, path: `${site.path}.blocks[${index}]` }))
    .filter((wire) => wire !== undefined);
  return {
    type: 'tool_result',
    tool_use_id: toolCallId(block.callId),
    ...(blocks.length === 0 ? {} : { content: writeContent(blocks) }),
    ...(block.failed ? { is_error: true } : {}),
  };
};
