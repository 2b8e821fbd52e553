import type { Block, TextBlock, ThinkingBlock, ToolCallBlock, ToolResultBlock } from '../../../ir/index.ts';
import { isObject, type JsonObject, objectAt, parseJson } from '../../../json/json.ts';
import type { EncodeContext } from '../../dialect.ts';
import type { LossLog } from '../../loss-log.ts';
import { foreignSeal } from '../../shown/carried-seal.ts';
import { customInput, writeCustomName } from '../../tooling/custom-tool.ts';
import { toolCallId } from '../../tooling/tool-call-id.ts';
import { toolInput } from '../../tooling/tool-input.ts';
import { encodeCachePoint } from '../wire/cache-point.ts';
import { ownCitation } from '../wire/citations.ts';
import { own } from '../wire/dialect-name.ts';
import type { DocumentNames } from './document-names.ts';
import { encodeMedia } from './encode-media.ts';

/** Where a block stands in the request, and where to report what it loses. */
export interface BlockSite {
  readonly path: string;
  readonly log: LossLog;
  readonly role: 'system' | 'user' | 'assistant';
  readonly context: EncodeContext;
  readonly documents: DocumentNames;
}

/** Writes one block of a request: nothing of what cannot be sent, and its mark as an item of its own. */
export const encodeBlock = (block: Block, site: BlockSite): readonly JsonObject[] => {
  const wire = encodeKind(block, site);
  const mark = encodeMark(block.kind === 'tool-result' ? withMark(block, site) : block, site);
  // A mark stays where what it marked is not sent: the prefix before it is the same.
  return [wire, mark].filter((item) => item !== undefined);
};

/** No mark stands inside a result: one that does is the result's own. */
const withMark = (block: ToolResultBlock, site: BlockSite): ToolResultBlock => {
  const at = block.blocks.findIndex(({ cache }) => cache !== undefined);
  const cache = block.cache ?? block.blocks[at]?.cache;
  if (at < 0 || cache === undefined) return block;
  site.log.changed(`${site.path}.blocks[${at}].cache`, 'the cache point stands behind the result');
  return { ...block, cache };
};

/** Models that keep no prefixes refuse the mark. */
const encodeMark = (block: Block, site: BlockSite): JsonObject | undefined => {
  if (block.cache === undefined) return undefined;
  if (!site.context.traits.has('no-cache-points')) return encodeCachePoint(block.cache);
  site.log.dropped(`${site.path}.cache`, 'the model takes no cache points');
  return undefined;
};

const encodeKind = (block: Block, site: BlockSite): JsonObject | undefined => {
  if (foreignSeal(block, own) !== undefined) site.log.dropped(`${site.path}.seal`, 'signed by another provider');
  switch (block.kind) {
    case 'text':
      return encodeText(block, site);
    case 'thinking':
      return encodeThinking(block, site);
    case 'refusal':
      site.log.changed(site.path, 'a refusal is sent as text');
      return encodeText({ kind: 'text', text: block.text }, site);
    case 'tool-call':
      return { toolUse: { ...encodeCall(block, site), ...objectAt(block.meta?.[own], 'members') } };
    case 'tool-result':
      return { toolResult: { ...encodeResult(block, site), ...objectAt(block.meta?.[own], 'members') } };
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
  if (block.text.trim() === '') return undefined;
  const citations = (block.citations ?? []).map(ownCitation).filter((wire) => wire !== undefined);
  if (citations.length < (block.citations?.length ?? 0))
    site.log.dropped(`${site.path}.citations`, "only this provider's own citations can be sent back");
  return citations.length === 0
    ? { text: block.text }
    : { citationsContent: { content: [{ text: block.text }], citations } };
};

const encodeThinking = (block: ThinkingBlock, site: BlockSite): JsonObject | undefined => {
  const signature = block.seal?.dialect === own ? block.seal.value : '';
  if (signature === '') {
    site.log.dropped(site.path, 'thinking without a signature of this provider');
    return undefined;
  }
  if (block.redacted === true) return { reasoningContent: { redactedContent: signature } };
  return { reasoningContent: { reasoningText: { text: block.text, signature } } };
};

const encodeCall = (block: ToolCallBlock, site: BlockSite): JsonObject => {
  const toolUseId = toolCallId(block.id);
  if (block.custom === true)
    return { toolUseId, name: writeCustomName(block.name), input: customInput(block.argumentsJson) };
  const { input, wrapped } = toolInput(block.argumentsJson);
  if (wrapped) site.log.changed(`${site.path}.argumentsJson`, 'not a JSON object, so it is sent inside one');
  return { toolUseId, name: block.name, input };
};

const encodeResult = (block: ToolResultBlock, site: BlockSite): JsonObject => {
  const content = block.blocks.flatMap((inner, index) =>
    encodeResultItem(inner, { ...site, path: `${site.path}.blocks[${index}]` }),
  );
  return {
    toolUseId: toolCallId(block.callId),
    // The provider wants a result to hold something.
    content: content.length === 0 ? [{ text: '(empty)' }] : content,
    ...(block.failed ? { status: 'error' } : {}),
  };
};

const encodeResultItem = (block: Block, site: BlockSite): readonly JsonObject[] => {
  const value = block.kind === 'text' && block.meta?.[own]?.['json'] === true ? parseJson(block.text) : undefined;
  if (value !== undefined) return [{ json: value }];
  const wire = encodeKind(block, site);
  return wire === undefined ? [] : [wire];
};
