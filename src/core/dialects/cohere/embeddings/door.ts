import type { EmbeddingRequest, EmbeddingResponse } from '../../../ir/index.ts';
import { arrayAt, isString, type Json, type JsonDraft, type JsonObject } from '../../../json/json.ts';
import type { DoorHints, EmbeddingDoor } from '../../dialect.ts';
import { readModel } from '../../openai-chat/door/read-settings.ts';
import { readArray, readBody, readNumber, readString } from '../../openai-chat/wire/read-member.ts';
import { floatsToBase64, vectorValues } from '../../openai-embeddings/float-base64.ts';
import { clientField } from '../door/client-field.ts';
import { own, restOf } from '../wire/own.ts';
import { readInputs } from './embedding-input.ts';

/** Reads a body of POST /v2/embed. */
const decodeRequest = (json: Json, hints: DoorHints): EmbeddingRequest => {
  const body = readBody(json);
  const model = readModel(body, hints);
  const task = readString(body, 'input_type');
  const dimensions = readNumber(body, 'output_dimension');
  const types = (readArray(body, 'embedding_types') ?? []).filter(isString);
  const [only] = types;
  const format = types.length === 1 && (only === 'float' || only === 'base64') ? only : undefined;
  const rest = restOf(body, known);
  const extras = format === undefined && types.length > 0 ? { ...rest, embedding_types: types } : rest;
  return {
    model,
    inputs: readInputs(body),
    batch: true,
    ...(format === undefined ? {} : { format }),
    ...(task === undefined ? {} : { task }),
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(extras === undefined ? {} : { extras: { [own]: extras } }),
  };
};

const known = new Set(['model', 'texts', 'images', 'inputs', 'input_type', 'output_dimension', 'embedding_types']);

/** Writes the vectors by the types that were asked for, numbers when none of them can be given. */
const encodeResponse = (response: EmbeddingResponse, request: EmbeddingRequest, replyId: string): JsonObject => {
  const asked = arrayAt(request.extras?.[own], 'embedding_types').filter(isString);
  const types = asked.length > 0 ? asked : [request.format ?? 'float'];
  const given = types.filter((type) => type === 'float' || type === 'base64');
  const embeddings: JsonDraft = {};
  for (const type of given.length === 0 ? ['float'] : given) {
    embeddings[type] = response.vectors.map((vector): Json => {
      const values = vectorValues(vector, request.dimensions) ?? [];
      return type === 'float' ? values : floatsToBase64(values);
    });
  }
  return {
    id: replyId,
    embeddings,
    texts: request.inputs.flatMap((input) => (input.kind === 'text' ? [input.text] : [])),
    meta: { api_version: { version: '2' }, billed_units: billed(response) },
    response_type: 'embeddings_by_type',
    ...response.extras?.[own],
  };
};

const billed = ({ usage }: EmbeddingResponse): JsonObject =>
  usage === undefined ? {} : { input_tokens: usage.inputTokens };

export const embeddingDoor: EmbeddingDoor = { decodeRequest, encodeResponse, clientField };
