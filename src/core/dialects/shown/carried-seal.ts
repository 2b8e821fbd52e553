import type { Block, DialectId, Seal, TextBlock, ToolCallBlock } from '../../ir/index.ts';

/**
 * How a seal that another dialect puts on a text or a tool call travels through a client whose texts and calls have no room for it: in a thinking block
 * without text right before the block it belongs to. When the seal comes only after the block was shown (the end of a stream), it follows in
 * a redacted thinking block whose seal is `sealAfter` of it.
 */
export const sealAfter = (seal: Seal): Seal => ({ dialect: seal.dialect, value: `${after}${seal.value}` });

const after = 'after:';

/** The seal a text or a call brings from a dialect other than `own`. */
export const foreignSeal = (block: Block, own: DialectId): Seal | undefined => {
  if (block.kind !== 'text' && block.kind !== 'tool-call') return undefined;
  return block.seal === undefined || block.seal.dialect === own ? undefined : block.seal;
};

/** Puts seals that a client of `own` carried back on the blocks they belong to and takes the carriers away. */
export const attachCarriedSeals = (blocks: readonly Block[], own: DialectId): readonly Block[] => {
  if (!blocks.some((block) => mayCarry(block, own))) return blocks;
  const attached: Block[] = [];
  let waiting: Seal | undefined;
  for (const [index, block] of blocks.entries()) {
    const carrier = mayCarry(block, own) ? carriedBy(block, attached.at(-1), blocks[index + 1]) : undefined;
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
  if (block.kind !== 'thinking' || block.seal === undefined) return undefined;
  const seal = block.seal;
  if (block.redacted !== true) return isSealable(next) ? { position: 'before', seal } : undefined;
  if (!seal.value.startsWith(after) || !isSealable(previous)) return undefined;
  return { position: 'after', seal: { dialect: seal.dialect, value: seal.value.slice(after.length) }, block: previous };
};

const mayCarry = (block: Block, own: DialectId): boolean =>
  block.kind === 'thinking' && block.text === '' && block.seal !== undefined && block.seal.dialect !== own;

const isSealable = (block: Block | undefined): block is TextBlock | ToolCallBlock =>
  block?.kind === 'text' || block?.kind === 'tool-call';
