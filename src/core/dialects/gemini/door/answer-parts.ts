import { type Block, type Citation, type Seal, wrapSeal } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { writePart } from '../parts/write-part.ts';

/** Writes a block of an answer as a part; undefined when a client cannot be shown it. */
export const writeAnswerPart = (block: Block, path: string, losses: LossLog): JsonObject | undefined =>
  writePart(block, { losses, path, seal: clientSeal });

/** A client gets every seal, those of other dialects wrapped, and sends them back. */
export const clientSeal = (seal: Seal): string => wrapSeal(seal, 'gemini');

/** The citations of a text that this wire has to be told: Gemini's own stand in the candidate's `groundingMetadata` already. */
export const foreignCitations = (
  citations: readonly Citation[] | undefined,
  path: string,
  losses: LossLog,
): readonly Citation[] => {
  const foreign: Citation[] = [];
  citations?.forEach((citation, index) => {
    if (citation.wire?.dialect === 'gemini') return;
    if (citation.kind === 'url') foreign.push(citation);
    else losses.dropped(`${path}.citations[${index}]`, 'only web pages can be cited');
  });
  return foreign;
};
