import type { ErrorCode, GatewayError } from '../../../errors/gateway-error.ts';
import { isObject, type JsonObject } from '../../../json/json.ts';

/** Failures whose words are the provider's, since clients match on them. A refused credential is never one of them. */
const quoted: ReadonlySet<ErrorCode> = new Set([
  'upstream_refused',
  'upstream_rate_limited',
  'upstream_overloaded',
  'upstream_error',
]);

/** Cohere's error body is an id and a message; the status tells clients the rest. */
export const encodeError = (error: GatewayError, requestId: string): JsonObject => {
  const fault = quoted.has(error.code) ? error.detail.upstream : undefined;
  const wire =
    isObject(fault?.wire) && typeof fault.wire['error_type'] === 'string' ? fault.wire['error_type'] : undefined;
  return {
    id: requestId,
    message: fault === undefined || fault.message === '' ? error.message : fault.message,
    ...(wire === undefined ? {} : { error_type: wire }),
  };
};
