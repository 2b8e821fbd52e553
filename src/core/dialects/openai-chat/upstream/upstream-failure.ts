import { type ErrorCode, GatewayError } from '../../../errors/gateway-error.ts';
import { isObject, type Json, numberAt, stringAt } from '../../../json/json.ts';
import { decodeFault, readFault } from './decode-fault.ts';

/** An error inside an answer that began as a success: in a stream, or in a body with status 200. */
export const inBandFailure = (wire: Json): GatewayError => {
  const facts = readFault(wire);
  const status = statusOf(wire) ?? 500;
  const message = facts.message === '' ? 'The provider broke off with an error.' : facts.message;
  return new GatewayError(codeFor(status, `${facts.type ?? ''} ${facts.code ?? ''}`), message, {
    upstream: { ...facts, status, message, wire },
  });
};

/** The same for an `error` event whose data may be text. */
export const inBandEvent = (data: string): GatewayError => {
  const fault = decodeFault(500, data);
  return inBandFailure(fault.wire ?? fault.message);
};

const statusOf = (wire: Json): number | undefined => {
  const error = isObject(wire) && isObject(wire['error']) ? wire['error'] : wire;
  for (const name of ['status_code', 'status', 'code', 'http_code']) {
    const value = numberAt(error, name) ?? Number(stringAt(error, name));
    if (Number.isInteger(value) && value >= 400 && value < 600) return value;
  }
  return undefined;
};

const codeFor = (status: number, words: string): ErrorCode => {
  if (status === 401 || status === 403 || /invalid_api_key|authentication_error|permission_error/.test(words))
    return 'upstream_auth';
  if (status === 429 || words.includes('rate_limit')) return 'upstream_rate_limited';
  if (status === 503 || status === 529 || words.includes('overloaded')) return 'upstream_overloaded';
  return 'upstream_error';
};
