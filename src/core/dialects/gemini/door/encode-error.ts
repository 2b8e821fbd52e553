import type { GatewayError } from '../../../errors/gateway-error.ts';
import { arrayAt, isObject, type JsonObject } from '../../../json/json.ts';
import { errorObject, wordForStatus } from '../answer/fault.ts';

/**
 * Writes a failure as a google.rpc status. The provider's own words and details are kept when they are in this shape, except for a refused
 * credential, which is not the client's.
 */
export const encodeError = (error: GatewayError, requestId: string): JsonObject => {
  const upstream = error.code === 'upstream_auth' ? undefined : error.detail.upstream;
  const native = errorObject(upstream?.wire);
  const own = ownDetails(error, requestId);
  return {
    error: {
      code: error.status,
      message: upstream?.message ?? error.message,
      status:
        upstream?.type !== undefined && native !== undefined && upstream.status === error.status
          ? upstream.type
          : wordForStatus(error.status),
      details: [...arrayAt(native, 'details').filter(isObject), ...own],
    },
  };
};

const typeUrl = (name: string): string => `type.googleapis.com/google.rpc.${name}`;

const ownDetails = (error: GatewayError, requestId: string): readonly JsonObject[] => {
  const { param, retryAfterMs, upstream } = error.detail;
  const described = upstream?.retryAfterMs !== undefined && errorObject(upstream.wire) !== undefined;
  return [
    { '@type': typeUrl('RequestInfo'), requestId },
    { '@type': typeUrl('ErrorInfo'), reason: error.code.toUpperCase(), domain: 'sluice' },
    ...(param === undefined
      ? []
      : [{ '@type': typeUrl('BadRequest'), fieldViolations: [{ field: param, description: error.message }] }]),
    ...(retryAfterMs === undefined || described
      ? []
      : [{ '@type': typeUrl('RetryInfo'), retryDelay: `${retryAfterMs / 1000}s` }]),
  ];
};
