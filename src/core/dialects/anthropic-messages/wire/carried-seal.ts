import { type Block, type Seal, wrapSeal } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import { attachCarriedSeals as attach, foreignSeal as foreign, sealAfter } from '../../shown/carried-seal.ts';
import { own } from './dialect-name.ts';

/** The blocks in which another dialect's seals travel through a client of this one. */
export const carrierBefore = (seal: Seal): JsonObject => ({
  type: 'thinking',
  thinking: '',
  signature: wrapSeal(seal, own),
});

export const carrierAfter = (seal: Seal): JsonObject => ({
  type: 'redacted_thinking',
  data: wrapSeal(sealAfter(seal), own),
});

export const foreignSeal = (block: Block): Seal | undefined => foreign(block, own);

export const attachCarriedSeals = (blocks: readonly Block[]): readonly Block[] => attach(blocks, own);
