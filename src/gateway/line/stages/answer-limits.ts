import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Operation } from '../../../core/ir/index.ts';
import { isDearToParse, type ParseLimits } from '../../../core/json/scan.ts';

/** Beyond these a parser would keep all other exchanges waiting. Probabilities of long answers come near, and vectors of a large batch. */
const chatLimits: ParseLimits = { maxValues: 4_000_000, maxContainers: 1_000_000 };
const embeddingsLimits: ParseLimits = { maxValues: 16_000_000, maxContainers: 200_000 };

/** Refuses an answer that would be dear to parse. Throws `upstream_invalid`. */
export const checkAnswer = (bytes: Uint8Array, operation: Operation): void => {
  if (isDearToParse(bytes, operation === 'embeddings' ? embeddingsLimits : chatLimits)) throw tooManyValues();
};

/** Shorter frames cannot hold too many values. */
const looseCharacters = 2_000_000;
const encoder = new TextEncoder();

/** The same of one frame of a stream. */
export const checkFrame = (data: string): void => {
  if (isDearFrame(data)) throw tooManyValues();
};

/** Whether a frame of a stream would be dear to parse. */
export const isDearFrame = (data: string): boolean =>
  data.length >= looseCharacters && isDearToParse(encoder.encode(data), chatLimits);

const tooManyValues = (): GatewayError =>
  new GatewayError('upstream_invalid', 'The provider sent an answer of more JSON values than any answer holds.');
