import { GatewayError, invalidField } from '../../errors/gateway-error.ts';
import type { EmbeddingRequest } from '../../ir/index.ts';
import { isObject, type Json, type JsonObject, unknownMembers } from '../../json/json.ts';
import { wrongType } from '../checked/site.ts';
import type { DoorHints } from '../dialect.ts';
import { decodeInput } from './embedding-input.ts';

const known = new Set(['model', 'input', 'dimensions', 'encoding_format', 'input_type', 'user']);

/** Reads the body of `/v1/embeddings`. A `null` member counts as not sent. */
export const decodeRequest = (body: Json, hints: DoorHints): EmbeddingRequest => {
  if (!isObject(body)) throw invalidField('body', 'must be a JSON object.');
  const model = optional(body, 'model', 'string') ?? hints.model;
  if (model === undefined || model === '')
    throw new GatewayError('missing_model', 'model: name the embedding model, such as "provider/model".', {
      param: 'model',
    });
  const dimensions = optional(body, 'dimensions', 'number');
  const format = optional(body, 'encoding_format', 'string');
  const task = optional(body, 'input_type', 'string');
  const user = optional(body, 'user', 'string');
  const plain = format === 'float' || format === 'base64';
  const extras = {
    ...unknownMembers(body, known),
    ...(format === undefined || plain ? {} : { encoding_format: format }),
  };
  return {
    model,
    ...decodeInput(body['input']),
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(plain ? { format } : {}),
    ...(task === undefined ? {} : { task }),
    ...(user === undefined ? {} : { user }),
    ...(Object.keys(extras).length === 0 ? {} : { extras: { 'openai-chat': extras } }),
  };
};

interface Scalars {
  readonly string: string;
  readonly number: number;
}

const optional = <Name extends keyof Scalars>(body: JsonObject, key: string, type: Name): Scalars[Name] | undefined => {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== type) throw wrongType(key, `a ${type}`, value);
  return value as Scalars[Name];
};
