import { dialects } from '../../core/dialects/index.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { DialectId } from '../../core/ir/index.ts';
import { rateHeaders } from '../../core/policy/rate-limit/rate-standing.ts';
import type { WireReply } from '../incoming.ts';
import type { Settlement } from '../line/settlement.ts';
import { UpstreamRefusal } from '../line/telling/upstream-refusal.ts';
import { type Route, replyHeaders } from './reply-headers.ts';

/** Anything thrown, as the one error class. What is not one of ours is a defect of ours, and its text stays inside. */
export const asGatewayError = (error: unknown): GatewayError =>
  error instanceof GatewayError
    ? error
    : new GatewayError('internal', 'Sluice failed on this request. The log has the cause under the request id.', {
        cause: error,
      });

/**
 * A failure in the client's own dialect. A provider's own error body passes as it is when provider and client speak the same dialect
 * (`native`), since clients match on its wording.
 */
export const errorReply = (
  error: GatewayError,
  to: {
    readonly settlement: Settlement;
    readonly dialect: DialectId;
    readonly native: boolean;
    readonly route?: Route;
  },
): WireReply => {
  const headers = replyHeaders(to.settlement, 'application/json', to.route);
  const { encodeError, errorHeaders } = dialects[to.dialect];
  if (errorHeaders !== undefined) Object.assign(headers, errorHeaders(error));
  const { retryAfterMs, rates } = error.detail;
  if (rates !== undefined) Object.assign(headers, rateHeaders(rates));
  if (retryAfterMs !== undefined) {
    headers['retry-after'] = String(Math.ceil(retryAfterMs / 1000));
    headers['retry-after-ms'] = String(Math.ceil(retryAfterMs));
  }
  // Official clients ask again after a 429 unless they are told not to.
  if (error.code === 'budget_exceeded' || error.code === 'insufficient_credits') headers['x-should-retry'] = 'false';
  const own = to.native && error instanceof UpstreamRefusal ? error.body : undefined;
  const body = own ?? JSON.stringify(encodeError(error, to.settlement.requestId));
  return { status: error.status, headers, body };
};
