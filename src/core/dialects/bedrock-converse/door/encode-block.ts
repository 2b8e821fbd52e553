import {
  type Block,
  type Citation,
  type MediaBlock,
  type Seal,
  type ThinkingBlock,
  type ToolCallBlock,
  wrapSeal,
} from '../../../ir/index.ts';
import { isObject, type JsonObject, objectAt } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { foreignSeal } from '../../shown/carried-seal.ts';
import { customInput } from '../../tooling/custom-tool.ts';
import { toolInput } from '../../tooling/tool-input.ts';
import { encodeCitation } from '../wire/citations.ts';
import { own } from '../wire/dialect-name.ts';
import { formatOf } from '../wire/media-format.ts';

interface BlockSite {
  readonly path: string;
  readonly log: LossLog;
  /** For calls that came without an id. */
  readonly spareId: string;
}

/** Writes one block of an answer: none when this wire cannot show it, two when a foreign seal travels before it. */
export const encodeBlock = (block: Block, site: BlockSite): readonly JsonObject[] => {
  const wire = encodeKind(block, site);
  if (wire === undefined) return [];
  const seal = foreignSeal(block, own);
  return seal === undefined ? [wire] : [carrierBefore(seal), wire];
};

/** The block in which another dialect's seal travels through a client of this one. */
const carrierBefore = (seal: Seal): JsonObject => ({
  reasoningContent: { reasoningText: { text: '', signature: wrapSeal(seal, own) } },
});

const encodeKind = (block: Block, site: BlockSite): JsonObject | undefined => {
  switch (block.kind) {
    case 'text':
      return encodeText(block.text, encodeCitations(block.citations, site));
    case 'refusal':
      site.log.changed(site.path, 'a refusal is shown as text');
      return encodeText(block.text, []);
    case 'thinking':
      return encodeThinking(block);
    case 'tool-call':
      return { toolUse: { ...encodeCall(block, site), ...objectAt(block.meta?.[own], 'members') } };
    case 'media':
      return encodeImage(block) ?? unshown(`${block.media} in an answer`, site);
    case 'opaque':
      if (block.dialect === own && isObject(block.value)) return block.value;
      return unshown(`a ${block.type} block only its own dialect can show`, site);
    case 'tool-result':
      return unshown(`${block.kind} in an answer`, site);
  }
};

const unshown = (what: string, { log, path }: BlockSite): undefined => {
  log.dropped(path, what);
  return undefined;
};

const encodeText = (text: string, citations: readonly JsonObject[]): JsonObject | undefined => {
  if (citations.length > 0) return { citationsContent: { content: [{ text }], citations } };
  return text === '' ? undefined : { text };
};

const encodeCitations = (citations: readonly Citation[] | undefined, site: BlockSite): readonly JsonObject[] =>
  (citations ?? []).flatMap((citation, index) => {
    const wire = encodeCitation(citation);
    if (wire === undefined)
      site.log.dropped(`${site.path}.citations[${index}]`, 'a kind of citation this dialect lacks');
    return wire === undefined ? [] : [wire];
  });

/** Thoughts without text but with a foreign seal are written as redacted ones: an empty thought is a carrier. */
export const encodeThinking = (block: ThinkingBlock): JsonObject | undefined => {
  const { seal, text } = block;
  if (seal !== undefined && (block.redacted === true || (text === '' && seal.dialect !== own)))
    return { reasoningContent: { redactedContent: wrapSeal(seal, own) } };
  if (text === '' && seal === undefined) return undefined;
  const signature = seal === undefined ? {} : { signature: wrapSeal(seal, own) };
  return { reasoningContent: { reasoningText: { text, ...signature } } };
};

/** A picture whose bytes are there. */
export const encodeImage = (block: MediaBlock): JsonObject | undefined => {
  if (block.media !== 'image' || block.source.kind !== 'base64') return undefined;
  const format = formatOf('image', block.mimeType ?? 'image/png');
  return format === undefined ? undefined : { image: { format, source: { bytes: block.source.data } } };
};

const encodeCall = (block: ToolCallBlock, site: BlockSite): JsonObject => {
  const toolUseId = block.id === '' ? site.spareId : block.id;
  if (block.custom === true) {
    site.log.changed(site.path, 'a call with free text is shown with one argument, text');
    return { toolUseId, name: block.name, input: customInput(block.argumentsJson) };
  }
  const { input, wrapped } = toolInput(block.argumentsJson);
  if (wrapped) site.log.changed(`${site.path}.argumentsJson`, 'not a JSON object, so it is shown inside one');
  return { toolUseId, name: block.name, input };
};
