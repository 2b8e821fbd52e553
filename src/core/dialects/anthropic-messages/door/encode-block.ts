import { type Block, type Citation, type ThinkingBlock, type ToolCallBlock, wrapSeal } from '../../../ir/index.ts';
import { isObject, type JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { customInput } from '../../tooling/custom-tool.ts';
import { toolInput } from '../../tooling/tool-input.ts';
import { carrierBefore, foreignSeal } from '../wire/carried-seal.ts';
import { encodeCitation } from '../wire/citations.ts';
import { own } from '../wire/dialect-name.ts';

interface BlockSite {
  readonly path: string;
  readonly log: LossLog;
  /** For calls that came without an id. */
  readonly spareId: string;
}

/** Writes one block of an answer: none when this wire cannot show it, two when a foreign seal travels before it. */
export const encodeBlock = (block: Block, site: BlockSite): readonly JsonObject[] => {
  const shown = encodeKind(block, site);
  if (shown === undefined) return [];
  const seal = foreignSeal(block);
  const wire = block.kind === 'opaque' ? shown : { ...shown, ...block.meta?.[own] };
  return seal === undefined ? [wire] : [carrierBefore(seal), wire];
};

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
      return encodeCall(block, site);
    case 'opaque':
      if (block.dialect === own && isObject(block.value)) return block.value;
      site.log.dropped(site.path, `a ${block.type} block only its own dialect can show`);
      return undefined;
    case 'media':
    case 'tool-result':
      site.log.dropped(site.path, `${block.kind === 'media' ? block.media : block.kind} in an answer`);
      return undefined;
  }
};

const encodeText = (text: string, citations: readonly JsonObject[]): JsonObject | undefined => {
  if (text === '' && citations.length === 0) return undefined;
  return citations.length === 0 ? { type: 'text', text } : { type: 'text', text, citations };
};

const encodeCitations = (citations: readonly Citation[] | undefined, site: BlockSite): readonly JsonObject[] =>
  (citations ?? []).flatMap((citation, index) => {
    const wire = encodeCitation(citation);
    if (wire === undefined)
      site.log.dropped(`${site.path}.citations[${index}]`, 'a kind of citation this dialect lacks');
    return wire === undefined ? [] : [wire];
  });

/** Thoughts without text but with a foreign seal are written as redacted ones: an empty thinking block is a carrier (see `carried-seal.ts`). */
export const encodeThinking = (block: ThinkingBlock): JsonObject | undefined => {
  const { seal, text } = block;
  if (seal !== undefined && (block.redacted === true || (text === '' && seal.dialect !== own)))
    return { type: 'redacted_thinking', data: wrapSeal(seal, own) };
  if (text === '' && seal === undefined) return undefined;
  return { type: 'thinking', thinking: text, signature: seal === undefined ? '' : wrapSeal(seal, own) };
};

const encodeCall = (block: ToolCallBlock, site: BlockSite): JsonObject => {
  const id = block.id === '' ? site.spareId : block.id;
  if (block.custom === true) {
    site.log.changed(site.path, 'a call with free text is shown with one argument, text');
    return { type: 'tool_use', id, name: block.name, input: customInput(block.argumentsJson) };
  }
  const { input, wrapped } = toolInput(block.argumentsJson);
  if (wrapped) site.log.changed(`${site.path}.argumentsJson`, 'not a JSON object, so it is shown inside one');
  return { type: 'tool_use', id, name: block.name, input };
};
