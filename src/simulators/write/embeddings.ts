import type { Json, JsonObject } from '../../core/json/json.ts';
import { textTokens } from '../answer/count-tokens.ts';
import { defaultDimensions, embeddingVector } from '../answer/embedding-vector.ts';
import type { SimulatedEmbeddingRequest } from '../decode/embeddings.ts';

const vectors = (request: SimulatedEmbeddingRequest): readonly Float32Array[] =>
  request.inputs.map((input) => embeddingVector(input, request.dimensions ?? defaultDimensions));

const base64 = (vector: Float32Array): string =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');

/** OpenAI's answer; base64 is the little-endian bytes of the same 32-bit floats. */
export const writeOpenaiEmbeddings = (request: SimulatedEmbeddingRequest): JsonObject => {
  const tokens = request.inputs.reduce((sum, input) => sum + textTokens(input), 0);
  return {
    object: 'list',
    data: vectors(request).map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: request.format === 'base64' ? base64(vector) : [...vector],
    })),
    model: request.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
};

/** Gemini's answer: one `embedding`, or `embeddings` for a batch. */
export const writeGeminiEmbeddings = (request: SimulatedEmbeddingRequest): JsonObject => {
  const lists: readonly Json[] = vectors(request).map((vector) => ({ values: [...vector] }));
  return request.batch ? { embeddings: lists } : { embedding: lists[0] ?? null };
};
