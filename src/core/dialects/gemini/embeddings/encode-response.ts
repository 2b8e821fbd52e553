import { GatewayError } from '../../../errors/gateway-error.ts';
import type { EmbeddingRequest, EmbeddingResponse, Usage } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import { vectorValues } from '../../openai-embeddings/float-base64.ts';
import { encodeUsage } from '../answer/usage.ts';

/** Writes the answer of `embedContent`, or for a batch of `batchEmbedContents`. This wire has numbers only. */
export const encodeResponse = (response: EmbeddingResponse, request: EmbeddingRequest): JsonObject => {
  const embeddings = response.vectors.map((vector, index) => {
    const values = vectorValues(vector, request.dimensions);
    if (values !== undefined) return { values };
    throw new GatewayError(
      'upstream_invalid',
      `The provider's vector at position ${index} is not readable as base64 floats.`,
    );
  });
  return {
    ...(request.batch ? { embeddings } : { embedding: embeddings[0] ?? { values: [] } }),
    ...(response.usage === undefined ? {} : { usageMetadata: usageOf(response.usage) }),
    ...response.extras?.gemini,
  };
};

/** An embedding has a prompt and no answer. */
const usageOf = (usage: Usage) =>
  usage.wire?.dialect === 'gemini' ? encodeUsage(usage) : { promptTokenCount: usage.inputTokens };
