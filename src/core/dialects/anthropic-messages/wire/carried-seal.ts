import {
  type Block,
  type DialectId,
  type Seal,
  type TextBlock,
  type ToolCallBlock,
  wrapSeal,
} from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import { own } from './dialect-name.ts';

/**
 * How a seal that another dialect puts on a text or a tool call travels through a client of this one, whose text and calls have no room for
 * it: in a thinking block without text right before the block it belongs to. When the seal comes only after the block was shown (the end of
 * a stream), it follows in a redacted thinking block whose seal begins with `after:`.
 */
export const carrierBefore = (seal: Seal): JsonObject => ({
  type: 'thinking',
  thinking: '',
  signature: wrapSeal(seal, own),
});

export const carrierAfter = (seal: Seal): JsonObject => ({
  type: 'redacted_thinking',
  data: wrapSeal({ dialect: seal.dialect, value: `${after}${seal.value}` }, own),
});

const after = 'after:';

/** The seal a text or a call brings from another dialect. */
export const foreignSeal = (block: Block): Seal | undefined => {
  if (block.kind !== 'text' && block.kind !== 'tool-call') return undefined;
  return block.seal === undefined || block.seal.dialect === own ? undefined : block.seal;
};

/** Puts carried seals back on the blocks they belong to and takes the carriers away. */
export const attachCarriedSeals = (blocks: readonly Block[]): readonly Block[] => {
  if (!blocks.some(mayCarry)) return blocks;
  const attached: Block[] = [];
  let waiting: Seal | undefined;
  for (const [index, block] of blocks.entries()) {
    const carrier = carriedBy(block, attached.at(-1), blocks[index + 1]);
    if (carrier?.position === 'before') waiting = carrier.seal;
    else if (carrier?.position === 'after') attached[attached.length - 1] = { ...carrier.block, seal: carrier.seal };
    else {
      attached.push(waiting !== undefined && isSealable(block) ? { ...block, seal: waiting } : block);
      waiting = undefined;
    }
  }
  return attached;
};

type Carrier =
  | { readonly position: 'before'; readonly seal: Seal }
  | { readonly position: 'after'; readonly seal: Seal; readonly block: TextBlock | ToolCallBlock };

const carriedBy = (block: Block, previous: Block | undefined, next: Block | undefined): Carrier | undefined => {
  if (block.kind !== 'thinking' || !mayCarry(block) || block.seal === undefined) return undefined;
  const seal = block.seal;
  if (block.redacted !== true) return isSealable(next) ? { position: 'before', seal } : undefined;
  if (!seal.value.startsWith(after) || !isSealable(previous)) return undefined;
  return { position: 'after', seal: { dialect: seal.dialect, value: seal.value.slice(after.length) }, block: previous };
};

const mayCarry = (block: Block): boolean =>
  block.kind === 'thinking' && block.text === '' && isForeign(block.seal?.dialect);

const isForeign = (dialect: DialectId | undefined): boolean => dialect !== undefined && dialect !== own;

const isSealable = (block: Block | undefined): block is TextBlock | ToolCallBlock =>
  block?.kind === 'text' || block?.kind === 'tool-call';
