import { classifyFailure, type FailureClass } from '../../../../core/errors/failure-class.ts';
import type { ErrorCode, GatewayError } from '../../../../core/errors/gateway-error.ts';

/** OpenRouter's own words for what went wrong; clients match on them, whatever format they speak. */
export type ErrorType =
  | 'context_length_exceeded'
  | 'invalid_request'
  | 'content_policy_violation'
  | 'authentication'
  | 'payment_required'
  | 'permission_denied'
  | 'not_found'
  | 'precondition_failed'
  | 'payload_too_large'
  | 'rate_limit_exceeded'
  | 'server'
  | 'provider_unavailable'
  | 'provider_overloaded'
  | 'timeout';

interface Said {
  readonly type: ErrorType;
  /** The status of the answer, where it is another than the gateway's own. */
  readonly status?: number;
}

const byCode: Readonly<Partial<Record<ErrorCode, Said>>> = {
  missing_api_key: { type: 'authentication' },
  invalid_api_key: { type: 'authentication' },
  key_expired: { type: 'authentication' },
  not_allowed: { type: 'permission_denied' },
  not_found: { type: 'not_found' },
  precondition_failed: { type: 'precondition_failed' },
  body_too_large: { type: 'payload_too_large' },
  gateway_busy: { type: 'rate_limit_exceeded' },
  rate_limited: { type: 'rate_limit_exceeded' },
  budget_exceeded: { type: 'payment_required', status: 402 },
  insufficient_credits: { type: 'payment_required', status: 402 },
  model_not_priced: { type: 'payment_required', status: 402 },
  request_timeout: { type: 'timeout' },
  upstream_auth: { type: 'provider_unavailable' },
  upstream_unreachable: { type: 'provider_unavailable' },
  upstream_invalid: { type: 'provider_unavailable' },
  upstream_cut: { type: 'provider_unavailable' },
  upstream_error: { type: 'provider_unavailable', status: 502 },
  upstream_rate_limited: { type: 'rate_limit_exceeded' },
  upstream_overloaded: { type: 'provider_overloaded' },
  upstream_timeout: { type: 'timeout' },
  target_busy: { type: 'provider_overloaded' },
  draining: { type: 'provider_overloaded' },
  keys_unavailable: { type: 'provider_overloaded' },
  ledger_full: { type: 'provider_overloaded' },
  internal: { type: 'server' },
};

/** What a provider's refusal is about counts more than its status: an account of ours without money is not the client's. */
const byClass: Readonly<Partial<Record<FailureClass, Said>>> = {
  'context-window': { type: 'context_length_exceeded', status: 400 },
  'content-policy': { type: 'content_policy_violation', status: 400 },
  quota: { type: 'provider_unavailable', status: 502 },
  credential: { type: 'provider_unavailable', status: 502 },
  'model-access': { type: 'provider_unavailable', status: 502 },
};

const byStatus = (status: number): ErrorType => {
  if (status === 404) return 'not_found';
  return status >= 500 ? 'provider_unavailable' : 'invalid_request';
};

export interface ToldError {
  readonly status: number;
  readonly type: ErrorType;
}

export const toldAs = (error: GatewayError): ToldError => {
  const { upstream, blockedKey } = error.detail;
  if (blockedKey === true) return { type: 'authentication', status: 401 };
  const said = (upstream === undefined ? undefined : byClass[classifyFailure(error)]) ?? byCode[error.code];
  if (said !== undefined) return { type: said.type, status: said.status ?? error.status };
  return { type: byStatus(error.status), status: error.status };
};
