import { saysTooLong } from '../../../errors/context-window.ts';
import type { GatewayError, UpstreamFault } from '../../../errors/gateway-error.ts';
import type { JsonObject } from '../../../json/json.ts';
import { errorTypeOf, typeForStatus } from '../wire/error-type.ts';

/** The body of a failure. */
export const encodeError = (error: GatewayError, requestId: string): JsonObject => ({
  ...errorMembers(error),
  request_id: requestId,
});

/** Type and message. A provider's wording is kept to the letter: clients match on it to recover (a prompt that is too long, thinking refused). */
export const errorMembers = (error: GatewayError): { readonly type: 'error'; readonly error: JsonObject } => {
  const { upstream } = error.detail;
  // What a provider says about our credential is not the client's to read: it would look for the fault in its own key.
  if (upstream === undefined || error.code === 'upstream_auth') {
    // A spent budget is no rate limit: clients of this wire would wait and ask again.
    const type = error.code === 'budget_exceeded' ? 'billing_error' : typeForStatus(error.status);
    return { type: 'error', error: { type, message: error.message } };
  }
  const type = errorTypeOf(upstream.type) === undefined ? typeForStatus(error.status) : upstream.type;
  return { type: 'error', error: { type, message: inOwnWords(upstream) } };
};

/** Clients shorten a conversation when they read the words this format has for it, so those of other providers come after them. */
const inOwnWords = (fault: UpstreamFault): string =>
  saysTooLong(fault) && !/prompt is too long/i.test(fault.message)
    ? `prompt is too long: ${fault.message}`
    : fault.message;
