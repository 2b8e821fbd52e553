import { GatewayError } from '../../errors/gateway-error.ts';
import type { EmbeddingResponse, EmbeddingVector, Usage } from '../../ir/index.ts';
import { isArray, isObject, type Json, numberAt, objectAt, stringAt, unknownMembers } from '../../json/json.ts';

const known = new Set(['object', 'data', 'model', 'usage']);

/** Reads an OpenAI embeddings answer; the vectors come out in the order of their `index`. */
export const decodeResponse = (body: Json): EmbeddingResponse => {
  const data = isObject(body) ? body['data'] : undefined;
  if (!isObject(body) || !isArray(data))
    throw new GatewayError('upstream_invalid', 'The provider answered without a list of embeddings ("data").');
  const vectors = data
    .map((item, position) => ({ index: numberAt(item, 'index') ?? position, vector: decodeVector(item, position) }))
    .sort((a, b) => a.index - b.index)
    .map(({ vector }) => vector);
  const usage = decodeUsage(body['usage']);
  const extras = unknownMembers(body, known);
  return {
    model: stringAt(body, 'model') ?? '',
    vectors,
    ...(usage === undefined ? {} : { usage }),
    ...(extras === undefined ? {} : { extras: { 'openai-chat': extras } }),
  };
};

const decodeVector = (item: Json, position: number): EmbeddingVector => {
  const embedding = isObject(item) ? item['embedding'] : undefined;
  if (typeof embedding === 'string') return { kind: 'base64', data: embedding };
  if (isArray(embedding)) return { kind: 'float', values: embedding as readonly number[] };
  throw new GatewayError('upstream_invalid', `The provider answered without a vector in data[${position}].`);
};

/** Some hosts count only `total_tokens`; an embedding has no output, so that is the input. */
const decodeUsage = (wire: Json | undefined): Usage | undefined => {
  const inputTokens = numberAt(wire, 'prompt_tokens') ?? numberAt(wire, 'total_tokens');
  if (inputTokens === undefined || wire === undefined) return undefined;
  const cacheReadTokens = numberAt(objectAt(wire, 'prompt_tokens_details'), 'cached_tokens');
  return {
    inputTokens,
    outputTokens: 0,
    ...(cacheReadTokens === undefined ? {} : { cacheReadTokens }),
    wire: { dialect: 'openai-chat', value: wire },
  };
};
