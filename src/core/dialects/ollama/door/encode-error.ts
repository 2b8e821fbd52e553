import type { ErrorCode, GatewayError } from '../../../errors/gateway-error.ts';
import type { JsonObject } from '../../../json/json.ts';

/** Failures whose words are the provider's, since clients match on them. A refused credential is never one of them: it is not the client's. */
const quoted: ReadonlySet<ErrorCode> = new Set([
  'upstream_refused',
  'upstream_rate_limited',
  'upstream_overloaded',
  'upstream_error',
]);

/** The format knows one text. The code stands beside it for those who look. */
export const encodeError = (error: GatewayError): JsonObject => {
  const upstream = quoted.has(error.code) ? error.detail.upstream : undefined;
  const message = upstream === undefined || upstream.message === '' ? error.message : upstream.message;
  return { error: message, code: error.code };
};
