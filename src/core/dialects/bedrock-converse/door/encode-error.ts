import type { GatewayError } from '../../../errors/gateway-error.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { faultTypeOf, streamType, typeForStatus } from '../wire/fault-type.ts';

/** The body of a failure. Its type stands in a header (`errorHeaders`). A provider's wording is kept to the letter: clients match on it. */
export const encodeError = (error: GatewayError): JsonObject => ({ message: messageOf(error) });

/** Clients of this wire tell failures apart by this header. */
export const errorHeaders = (error: GatewayError): Readonly<Record<string, string>> => ({
  'x-amzn-errortype': typeOf(error),
});

/** A failure inside a stream. */
export const errorFrame = (error: GatewayError): SseFrame => ({
  event: streamType(typeOf(error)),
  data: JSON.stringify({ message: messageOf(error) }),
});

/** What a provider says about our credential is not the client's to read: it would look for the fault in its own key. */
const messageOf = (error: GatewayError): string =>
  error.code === 'upstream_auth' ? error.message : (error.detail.upstream?.message ?? error.message);

const typeOf = (error: GatewayError): string => {
  const { upstream } = error.detail;
  if (error.code === 'upstream_auth') return typeForStatus(error.status);
  const told = upstream?.type;
  if (told !== undefined && faultTypeOf(told) !== undefined) return told;
  return typeForStatus(upstream?.status ?? error.status);
};
