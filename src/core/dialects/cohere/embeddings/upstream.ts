import { GatewayError } from '../../../errors/gateway-error.ts';
import type { EmbeddingRequest, EmbeddingResponse, EmbeddingVector, Usage } from '../../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject, numberAt, objectAt, stringAt } from '../../../json/json.ts';
import type { EmbeddingUpstream, EncodedRequest } from '../../dialect.ts';
import { type EmbeddingPurpose, embeddingPurpose } from '../../embedding-purpose.ts';
import { LossLog } from '../../loss-log.ts';
import { takenExtras } from '../../openai-embeddings/taken-extras.ts';
import { own } from '../wire/own.ts';
import { writeInputs } from './embedding-input.ts';

const inputTypes: Readonly<Record<EmbeddingPurpose, string>> = {
  query: 'search_query',
  document: 'search_document',
  classification: 'classification',
  clustering: 'clustering',
  similarity: 'clustering',
};

/** Members of this provider that clients of OpenAI's shape may send. */
const taken: ReadonlySet<string> = new Set([
  'truncate',
  'max_tokens',
  'output_dimension',
  'embedding_types',
  'priority',
]);

/** Writes the body of POST /v2/embed. */
const encodeRequest = (request: EmbeddingRequest, model: string): EncodedRequest => {
  const losses = new LossLog();
  const inputs = writeInputs(request);
  const { dimensions } = request;
  if (request.title !== undefined) losses.dropped('title');
  if (request.user !== undefined) losses.dropped('user');
  const { members, otherFormat } = takenExtras(request, { own, taken }, losses);
  return {
    body: {
      model,
      ...inputs,
      input_type: inputs['images'] === undefined ? inputType(request, losses) : 'image',
      embedding_types: [otherFormat ?? request.format ?? 'float'],
      ...(dimensions === undefined ? {} : { output_dimension: dimensions }),
      ...members,
    },
    losses: losses.list,
  };
};

/** The provider wants to know what the vectors are for. */
const inputType = ({ task }: EmbeddingRequest, losses: LossLog): string => {
  if (task === undefined) {
    losses.changed('task', 'the provider wants to know; search_document is said');
    return inputTypes.document;
  }
  const purpose = embeddingPurpose(task);
  return purpose === undefined ? task : inputTypes[purpose];
};

/** Reads an answer: vectors by their type, or a bare list as the older interface has it. */
const decodeResponse = (body: Json): EmbeddingResponse => {
  const embeddings = isObject(body) ? body['embeddings'] : undefined;
  const usage = isObject(body) ? readUsage(objectAt(body, 'meta')) : undefined;
  return {
    model: stringAt(body, 'model') ?? '',
    vectors: listOf(embeddings).map(readVector),
    ...(usage === undefined ? {} : { usage }),
  };
};

const listOf = (embeddings: Json | undefined): readonly Json[] => {
  if (isArray(embeddings)) return embeddings;
  const byType = isObject(embeddings) ? embeddings : {};
  const named =
    byType['float'] ?? byType['base64'] ?? Object.values(byType).find((list) => isArray(list) && list.length > 0);
  if (isArray(named)) return named;
  throw new GatewayError('upstream_invalid', 'The provider answered without "embeddings".');
};

const readVector = (vector: Json, at: number): EmbeddingVector => {
  if (typeof vector === 'string') return { kind: 'base64', data: vector };
  if (isArray(vector)) return { kind: 'float', values: vector as readonly number[] };
  throw new GatewayError('upstream_invalid', `The provider answered without a vector in embeddings[${at}].`);
};

/** What is billed is all that is told: the tokens of texts and of pictures, counted apart. */
export const readUsage = (meta: JsonObject | undefined): Usage | undefined => {
  const billed = objectAt(meta, 'billed_units');
  const texts = numberAt(billed, 'input_tokens');
  const images = numberAt(billed, 'image_tokens');
  if (meta === undefined || (texts === undefined && images === undefined)) return undefined;
  return {
    inputTokens: (texts ?? 0) + (images ?? 0),
    outputTokens: 0,
    ...(images === undefined ? {} : { imageInputTokens: images }),
    wire: { dialect: own, value: meta },
  };
};

export const embeddingUpstream: EmbeddingUpstream = { encodeRequest, decodeResponse };
