import type { ErrorCode, GatewayError } from '../../../errors/gateway-error.ts';
import { arrayAt, isObject, type JsonObject } from '../../../json/json.ts';
import { errorObject, isStatusWord, wordForStatus } from '../answer/fault.ts';

/** Failures whose words are the provider's, since clients match on them. A refused credential is never one of them: it is not the client's. */
const quoted: ReadonlySet<ErrorCode> = new Set([
  'upstream_refused',
  'upstream_rate_limited',
  'upstream_overloaded',
  'upstream_error',
]);

/**
 * Writes a failure as a google.rpc status. The provider's words are kept, and its status word and details when they are in this shape.
 */
export const encodeError = (error: GatewayError, requestId: string): JsonObject => {
  const upstream = quoted.has(error.code) ? error.detail.upstream : undefined;
  const native = errorObject(upstream?.wire);
  const details = arrayAt(native, 'details').filter(isObject);
  const told = details.some((detail) => detail['retryDelay'] !== undefined);
  return {
    error: {
      code: error.status,
      message: upstream === undefined || upstream.message === '' ? error.message : upstream.message,
      status:
        upstream?.type !== undefined && isStatusWord(upstream.type) && upstream.status === error.status
          ? upstream.type
          : wordForStatus(error.status),
      details: [...details, ...ownDetails(error, requestId, told)],
    },
  };
};

const typeUrl = (name: string): string => `type.googleapis.com/google.rpc.${name}`;

/** `told`: the provider's details say when to try again. */
const ownDetails = (error: GatewayError, requestId: string, told: boolean): readonly JsonObject[] => {
  const { param, retryAfterMs } = error.detail;
  return [
    { '@type': typeUrl('RequestInfo'), requestId },
    { '@type': typeUrl('ErrorInfo'), reason: error.code.toUpperCase(), domain: 'sluice' },
    ...(param === undefined
      ? []
      : [{ '@type': typeUrl('BadRequest'), fieldViolations: [{ field: param, description: error.message }] }]),
    ...(retryAfterMs === undefined || told
      ? []
      : [{ '@type': typeUrl('RetryInfo'), retryDelay: `${retryAfterMs / 1000}s` }]),
  ];
};
