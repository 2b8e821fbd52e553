import { type ErrorCode, GatewayError, type UpstreamFault } from '../../../errors/gateway-error.ts';
import { type Json, stringAt } from '../../../json/json.ts';
import { decodeFault as decodeCommonFault } from '../../openai-chat/upstream/decode-fault.ts';

/** Reads a failed answer: `{id, message}`, at times with an `error_type`, or what hosts and proxies send instead. */
export const decodeFault = (status: number, body: string): UpstreamFault => {
  const fault = decodeCommonFault(status, body);
  const type = stringAt(fault.wire, 'error_type');
  return type === undefined ? fault : { ...fault, type };
};

/** An error inside an answer that began as a success. */
export const inBandFailure = (message: string, wire: Json): GatewayError => {
  const code: ErrorCode = /rate limit|too many requests/i.test(message) ? 'upstream_rate_limited' : 'upstream_error';
  const said = message === '' ? 'The provider broke off with an error.' : message;
  return new GatewayError(code, said, { upstream: { status: 500, message: said, wire } });
};
