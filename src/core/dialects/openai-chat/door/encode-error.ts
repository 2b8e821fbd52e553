import { saysTooLong } from '../../../errors/context-window.ts';
import type { ErrorCode, GatewayError } from '../../../errors/gateway-error.ts';
import { isObject, type Json, type JsonObject } from '../../../json/json.ts';

/** OpenAI's type word for each failure; the code word is ours. */
const types: Readonly<Record<ErrorCode, string>> = {
  invalid_request: 'invalid_request_error',
  invalid_json: 'invalid_request_error',
  too_many_values: 'invalid_request_error',
  too_deep: 'invalid_request_error',
  missing_model: 'invalid_request_error',
  unsupported_by_target: 'invalid_request_error',
  held_state_refused: 'invalid_request_error',
  provider_not_configured: 'invalid_request_error',
  missing_api_key: 'authentication_error',
  invalid_api_key: 'authentication_error',
  not_allowed: 'permission_error',
  not_found: 'invalid_request_error',
  held_state_not_found: 'invalid_request_error',
  model_not_found: 'invalid_request_error',
  method_not_allowed: 'invalid_request_error',
  conflict: 'invalid_request_error',
  owned_by_file: 'invalid_request_error',
  precondition_failed: 'invalid_request_error',
  idempotency_conflict: 'idempotency_error',
  idempotency_mismatch: 'idempotency_error',
  request_timeout: 'invalid_request_error',
  body_too_large: 'invalid_request_error',
  unsupported_media_type: 'invalid_request_error',
  gateway_busy: 'rate_limit_error',
  rate_limited: 'rate_limit_error',
  budget_exceeded: 'budget_exceeded',
  key_expired: 'authentication_error',
  insufficient_credits: 'insufficient_credits',
  model_not_priced: 'invalid_request_error',
  keys_unavailable: 'server_error',
  ledger_full: 'server_error',
  client_gone: 'invalid_request_error',
  upstream_auth: 'server_error',
  upstream_unreachable: 'server_error',
  upstream_invalid: 'server_error',
  upstream_cut: 'server_error',
  upstream_error: 'server_error',
  upstream_rate_limited: 'rate_limit_error',
  upstream_overloaded: 'server_error',
  upstream_timeout: 'server_error',
  upstream_refused: 'invalid_request_error',
  draining: 'server_error',
  target_busy: 'server_error',
  internal: 'server_error',
};

/** Failures whose words are the provider's, since clients match on them. A refused credential is never one of them. */
const quoted: ReadonlySet<ErrorCode> = new Set([
  'upstream_refused',
  'upstream_rate_limited',
  'upstream_overloaded',
  'upstream_error',
]);

export const encodeError = (error: GatewayError): JsonObject => {
  const fault = quoted.has(error.code) ? error.detail.upstream : undefined;
  if (fault === undefined)
    return {
      error: { message: error.message, type: types[error.code], param: error.detail.param ?? null, code: error.code },
    };
  return {
    error: {
      ...wireError(fault.wire),
      message: fault.message === '' ? error.message : fault.message,
      type: fault.type ?? types[error.code],
      param: fault.param ?? null,
      code: saysTooLong(fault) ? 'context_length_exceeded' : (fault.code ?? null),
    },
  };
};

/** Members of the provider's own error object, such as a failed generation or the reason of a filter. */
const wireError = (wire: Json | undefined): JsonObject => {
  const error = isObject(wire) ? wire['error'] : undefined;
  return isObject(error) ? error : {};
};
