import type { Json } from '../json/json.ts';
import type { RateStanding } from '../policy/rate-limit/rate-standing.ts';

/**
 * Every way an exchange can fail, with its HTTP status. One row an error; the door halves turn a row into their own words
 * (see `encode-error.ts` of each dialect).
 */
export const errorCodes = {
  // The client's fault.
  invalid_request: 400,
  invalid_json: 400,
  too_many_values: 400,
  too_deep: 400,
  missing_model: 400,
  unsupported_by_target: 400,
  held_state_refused: 400,
  provider_not_configured: 400,
  missing_api_key: 401,
  invalid_api_key: 401,
  not_allowed: 403,
  not_found: 404,
  /** Something a provider holds that the caller does not own, or nobody made. */
  held_state_not_found: 404,
  model_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  /** Something else has the name, or still needs what is to be deleted. */
  conflict: 409,
  /** The object stands in the config file, and is changed there. */
  owned_by_file: 409,
  /** If-Match names another revision than the object has by now. */
  precondition_failed: 412,
  /** The first call under an Idempotency-Key is still under way, or its answer is not there to be given again. */
  idempotency_conflict: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  /** An Idempotency-Key was used for another request. */
  idempotency_mismatch: 422,
  gateway_busy: 429,
  /** A rate limit of the caller's own: requests, tokens or calls at once. */
  rate_limited: 429,
  budget_exceeded: 429,
  /** A key whose time is over. */
  key_expired: 401,
  /** What was paid beforehand is used up. */
  insufficient_credits: 402,
  /** The operator wants no call whose price nobody knows. */
  model_not_priced: 402,
  client_gone: 499,
  // The provider's fault.
  upstream_auth: 502,
  upstream_unreachable: 502,
  upstream_invalid: 502,
  upstream_cut: 502,
  upstream_error: 502,
  upstream_rate_limited: 429,
  upstream_overloaded: 503,
  upstream_timeout: 504,
  /** The provider refused the request (a 4xx other than 401, 403 and 429); the status is the provider's own. */
  upstream_refused: 400,
  // Ours.
  /** A provider has as many calls under way as it is given; another may have room. */
  target_busy: 503,
  draining: 503,
  /** Keys cannot be looked up just now; never told as a wrong key. */
  keys_unavailable: 503,
  /** Writing down what calls cost has fallen behind. */
  ledger_full: 503,
  internal: 500,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof errorCodes;

/** What the provider said when it failed, kept so that clients that match on its wording still can. */
export interface UpstreamFault {
  readonly status: number;
  readonly message: string;
  /** The provider's own type, code and parameter words. */
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
  readonly retryAfterMs?: number;
  /** The whole body when it was JSON. */
  readonly wire?: Json;
}

/** Amounts are nano-dollars. */
export interface SpentBudget {
  readonly id: string;
  /** `kind:id`, such as `key:k_1`. */
  readonly scope: string;
  readonly limitNanoUsd: bigint;
  readonly spentNanoUsd: bigint;
  /** Milliseconds since 1970; absent for one that never begins anew. */
  readonly resetMs?: number;
}

export interface ErrorDetail {
  /** Overrides the table's status (a provider's own 4xx). */
  readonly status?: number;
  /** The request field at fault, as the client wrote it: `messages[2].role`. */
  readonly param?: string;
  readonly retryAfterMs?: number;
  readonly upstream?: UpstreamFault;
  /** How the rate limits stand of which one refused. */
  readonly rates?: readonly RateStanding[];
  /** It is the caller's key itself that is switched off. */
  readonly blockedKey?: true;
  /** Names that would have worked, best first. */
  readonly nearest?: readonly string[];
  /** The one that refused. */
  readonly rate?: RateStanding;
  /** The budget that is spent. */
  readonly budget?: SpentBudget;
  readonly cause?: unknown;
}

/** The one error class. Messages say what was wrong and what to do; they never hold secrets or prompts. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.status = detail.status ?? errorCodes[code];
    this.detail = detail;
  }
}

/** A request field is wrong. `param` is its path as the client wrote it. */
export const invalidField = (param: string, problem: string): GatewayError =>
  new GatewayError('invalid_request', `${param}: ${problem}`, { param });

/** The target's dialect cannot carry what the client asked for. */
export const unsupportedByTarget = (param: string, problem: string): GatewayError =>
  new GatewayError('unsupported_by_target', `${param}: ${problem}`, { param });
