import { GatewayError } from '../../errors/gateway-error.ts';
import type { ChatRequest } from '../../ir/index.ts';
import { type Json, type JsonObject, numberAt } from '../../json/json.ts';
import type { DoorHints, EncodeContext, EncodedRequest } from '../dialect.ts';
import { decodeRequest } from './door/decode-request.ts';
import { objectValue } from './door/read-fields.ts';
import { camelMembers } from './member-names.ts';
import { encodeRequest } from './upstream/encode-request.ts';

/** Reads a `countTokens` body: `contents` (with what stands beside them in a chat request), or a whole request in `generateContentRequest`. */
export const decodeCountTokensRequest = (body: Json, hints: DoorHints): ChatRequest => {
  const wire = camelMembers(objectValue(body, 'body'));
  const whole = wire['generateContentRequest'];
  return decodeRequest(whole === undefined ? wire : objectValue(whole, 'generateContentRequest'), hints);
};

/** Writes a `countTokens` body. */
export const encodeCountTokensRequest = (request: ChatRequest, context: EncodeContext): EncodedRequest => {
  const { body, losses } = encodeRequest(request, context);
  return { body: { generateContentRequest: { model: `models/${context.model}`, ...body } }, losses };
};

/** Writes the answer of `countTokens`. */
export const encodeCountTokens = (total: number): JsonObject => ({ totalTokens: total });

/** Reads the answer of `countTokens`. An empty request counts nothing, and the API leaves a 0 away. */
export const decodeCountTokens = (body: Json): number => {
  const total = numberAt(body, 'totalTokens');
  if (total !== undefined) return total;
  if (typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0) return 0;
  throw new GatewayError('upstream_invalid', 'The provider answered without "totalTokens".');
};
