import { GatewayError, invalidField } from '../../errors/gateway-error.ts';
import type { ChatRequest } from '../../ir/index.ts';
import { isObject, type Json, type JsonObject, numberAt, objectAt, stringAt } from '../../json/json.ts';
import { typeName } from '../checked/site.ts';
import type { DoorHints, EncodeContext, EncodedRequest } from '../dialect.ts';
import { decodeRequest } from './door/decode-request.ts';
import { encodeRequest } from './upstream/encode-request.ts';

/** A count's body holds the request it counts, as `input.converse`. A body in the model's own format cannot be read here. */
export const decodeCountTokensRequest = (body: JsonObject, hints: DoorHints): ChatRequest => {
  const asked = objectAt(body, 'input')?.['converse'];
  if (isObject(asked)) return decodeRequest(asked, hints);
  const other = stringAt(objectAt(objectAt(body, 'input'), 'invokeModel'), 'body') !== undefined;
  throw invalidField(
    'input.converse',
    other
      ? 'is missing. Sluice counts conversations; send input.converse in place of input.invokeModel'
      : `must be an object, but is ${typeName(asked)}.`,
  );
};

/** What of a request counts. */
const counted = ['messages', 'system', 'toolConfig', 'additionalModelRequestFields'] as const;

export const encodeCountTokensRequest = (request: ChatRequest, context: EncodeContext): EncodedRequest => {
  const { body, losses } = encodeRequest(request, context);
  const converse = Object.fromEntries(
    counted.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])),
  );
  return { body: { input: { converse } }, losses };
};

export const decodeCountTokens = (body: Json): number => {
  const tokens = numberAt(body, 'inputTokens');
  if (tokens !== undefined) return tokens;
  throw new GatewayError('upstream_invalid', 'The provider answered a token count without "inputTokens".');
};

export const encodeCountTokens = (tokens: number): JsonObject => ({ inputTokens: tokens });
