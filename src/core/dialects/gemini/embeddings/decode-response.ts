import { GatewayError } from '../../../errors/gateway-error.ts';
import type { EmbeddingRequest, EmbeddingResponse, EmbeddingVector } from '../../../ir/index.ts';
import { isArray, isObject, type Json, objectAt, unknownMembers } from '../../../json/json.ts';
import { decodeUsage } from '../answer/usage.ts';
import { camelMembers } from '../member-names.ts';

const known = new Set(['embedding', 'embeddings', 'usageMetadata']);

/** Reads the answer of `embedContent` (`embedding`) or of `batchEmbedContents` (`embeddings`). */
export const decodeResponse = (body: Json, request: EmbeddingRequest): EmbeddingResponse => {
  const wire = isObject(body) ? camelMembers(body) : {};
  const single = wire['embedding'];
  const list = single === undefined ? wire['embeddings'] : [single];
  if (!isArray(list))
    throw new GatewayError('upstream_invalid', 'The provider answered without "embedding" or "embeddings".');
  const usageMetadata = objectAt(wire, 'usageMetadata');
  const usage = usageMetadata === undefined ? undefined : decodeUsage(usageMetadata);
  const extras = unknownMembers(wire, known);
  return {
    model: request.model,
    vectors: list.map(readVector),
    ...(usage === undefined ? {} : { usage }),
    ...(extras === undefined ? {} : { extras: { gemini: extras } }),
  };
};

const readVector = (item: Json, position: number): EmbeddingVector => {
  const values = isObject(item) ? item['values'] : undefined;
  if (isArray(values)) return { kind: 'float', values: values as readonly number[] };
  throw new GatewayError('upstream_invalid', `The provider answered without a vector at position ${position}.`);
};
