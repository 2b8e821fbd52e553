import { GatewayError } from '../../../errors/gateway-error.ts';
import type { EmbeddingRequest, EmbeddingResponse, EmbeddingVector } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import { vectorValues } from '../../openai-embeddings/float-base64.ts';
import { own } from '../wire/own.ts';

/** Writes an answer of POST /api/embed: always a list of vectors. */
export const encodeResponse = (response: EmbeddingResponse, request: EmbeddingRequest): JsonObject => ({
  model: response.model === '' ? request.model : response.model,
  embeddings: response.vectors.map((vector) => numbersOf(vector, request)),
  ...metrics(response),
});

/** Writes an answer of POST /api/embeddings: the one vector. */
export const encodeLegacyResponse = (response: EmbeddingResponse, request: EmbeddingRequest): JsonObject => {
  const [vector] = response.vectors;
  return { embedding: vector === undefined ? [] : numbersOf(vector, request) };
};

const numbersOf = (vector: EmbeddingVector, request: EmbeddingRequest): readonly number[] => {
  const values = vectorValues(vector, request.dimensions);
  if (values !== undefined) return values;
  throw new GatewayError(
    'upstream_invalid',
    'The provider answered a vector that is neither numbers nor base64 of floats.',
  );
};

const metrics = ({ usage }: EmbeddingResponse): JsonObject => {
  if (usage === undefined) return {};
  return usage.wire?.dialect === own ? (usage.wire.value as JsonObject) : { prompt_eval_count: usage.inputTokens };
};
