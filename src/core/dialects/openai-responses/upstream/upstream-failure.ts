import { type ErrorCode, errorCodes, GatewayError, type UpstreamFault } from '../../../errors/gateway-error.ts';
import { isObject, type Json, stringAt } from '../../../json/json.ts';
import { lookup } from '../wire/lookup.ts';

/** What a provider's own code or type, told inside an answer with status 200, means here. */
const meanings: Readonly<Record<string, ErrorCode>> = {
  rate_limit_exceeded: 'upstream_rate_limited',
  rate_limit_error: 'upstream_rate_limited',
  insufficient_quota: 'upstream_rate_limited',
  usage_limit_reached: 'upstream_rate_limited',
  server_is_overloaded: 'upstream_overloaded',
  slow_down: 'upstream_overloaded',
  overloaded: 'upstream_overloaded',
  overloaded_error: 'upstream_overloaded',
  service_unavailable: 'upstream_overloaded',
  timeout: 'upstream_timeout',
  invalid_api_key: 'upstream_auth',
  authentication_error: 'upstream_auth',
  permission_error: 'upstream_auth',
  context_length_exceeded: 'upstream_refused',
  invalid_prompt: 'upstream_refused',
  invalid_request_error: 'upstream_refused',
  content_policy_violation: 'upstream_refused',
};

const aboutTheInput = /^(invalid|unsupported|empty)_.*image|image_(too|parse|content|file)|_policy(_violation)?$/;

const meaningOf = (word: string | undefined): ErrorCode | undefined => {
  if (word === undefined) return undefined;
  return lookup(meanings, word) ?? (aboutTheInput.test(word) ? 'upstream_refused' : undefined);
};

/**
 * The failure told by an `error` event, or by the `error` of a response. Seen in three shapes: members beside `type`, an `error` object, or
 * an `error` text.
 */
export const upstreamFailure = (told: Json): GatewayError => {
  const error = isObject(told) && isObject(told['error']) ? told['error'] : told;
  const text = stringAt(error, 'message') ?? stringAt(told, 'error');
  const message = text === undefined || text === '' ? 'The provider failed without saying why.' : text;
  const type = error === told ? undefined : stringAt(error, 'type');
  const wireCode = isObject(error) ? error['code'] : undefined;
  const codeWord = wireCode === undefined || wireCode === null ? undefined : String(wireCode);
  const param = stringAt(error, 'param');
  const code = meaningOf(codeWord) ?? meaningOf(type) ?? 'upstream_error';
  const upstream: UpstreamFault = {
    status: errorCodes[code],
    message,
    ...(type === undefined ? {} : { type }),
    ...(codeWord === undefined ? {} : { code: codeWord }),
    ...(param === undefined ? {} : { param }),
    wire: told,
  };
  return new GatewayError(code, `The provider failed: ${message}`, { upstream });
};
