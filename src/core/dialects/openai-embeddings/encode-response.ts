import type { EmbeddingRequest, EmbeddingResponse, EmbeddingVector } from '../../ir/index.ts';
import type { Json, JsonObject } from '../../json/json.ts';
import { floatsToBase64, vectorValues } from './float-base64.ts';

/** Writes the answer of `/v1/embeddings`, the vectors as the client asked for them. */
export const encodeResponse = (response: EmbeddingResponse, request: EmbeddingRequest): JsonObject => {
  const inputTokens = response.usage?.inputTokens ?? 0;
  return {
    object: 'list',
    data: response.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encodeVector(vector, request),
    })),
    model: response.model === '' ? request.model : response.model,
    usage:
      response.usage?.wire?.dialect === 'openai-chat'
        ? response.usage.wire.value
        : { prompt_tokens: inputTokens, total_tokens: inputTokens },
    ...response.extras?.['openai-chat'],
  };
};

const encodeVector = (vector: EmbeddingVector, request: EmbeddingRequest): Json => {
  const asSent = vector.kind === 'float' ? vector.values : vector.data;
  // Nobody asked for base64, or a word of one host was used (`ubinary`): only the client knows how to read what comes.
  if (request.format === undefined) return asSent;
  if (request.format === 'base64') return vector.kind === 'base64' ? vector.data : floatsToBase64(vector.values);
  return vectorValues(vector, request.dimensions) ?? asSent;
};
