import { GatewayError } from '../../../errors/gateway-error.ts';
import type { EmbeddingResponse, EmbeddingVector, Usage } from '../../../ir/index.ts';
import { isArray, isNumber, isObject, type Json, type JsonObject, numberAt, stringAt } from '../../../json/json.ts';
import { inBandError } from '../wire/fault.ts';
import { own } from '../wire/own.ts';

/** Reads an answer of POST /api/embed, or of its older form with one vector in `embedding`. */
export const decodeResponse = (body: Json): EmbeddingResponse => {
  const error = inBandError(body);
  if (error !== undefined) throw error;
  const usage = isObject(body) ? usageOf(body) : undefined;
  return {
    model: stringAt(body, 'model') ?? '',
    vectors: vectorsOf(body),
    ...(usage === undefined ? {} : { usage }),
  };
};

const vectorsOf = (body: Json): readonly EmbeddingVector[] => {
  const list = isObject(body)
    ? (body['embeddings'] ?? (isArray(body['embedding']) ? [body['embedding']] : undefined))
    : undefined;
  if (!isArray(list))
    throw new GatewayError('upstream_invalid', 'The provider answered without a list of embeddings ("embeddings").');
  return list.map((vector, index) => {
    if (isArray(vector) && vector.every(isNumber)) return { kind: 'float', values: vector };
    throw new GatewayError('upstream_invalid', `The provider answered without a vector in embeddings[${index}].`);
  });
};

const usageOf = (body: JsonObject): Usage | undefined => {
  const inputTokens = numberAt(body, 'prompt_eval_count');
  if (inputTokens === undefined) return undefined;
  const { embeddings: _, model: __, ...value } = body;
  return { inputTokens, outputTokens: 0, wire: { dialect: own, value } };
};
