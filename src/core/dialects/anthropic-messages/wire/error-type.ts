import type { ErrorCode } from '../../../errors/gateway-error.ts';

interface ErrorType {
  /** The status this type comes with, for errors inside a stream, which have none. */
  readonly status: number;
  /** What an error of this type inside a stream means to us. */
  readonly code: ErrorCode;
}

/** The wire's error types. */
export const errorTypes: Readonly<Record<string, ErrorType>> = {
  invalid_request_error: { status: 400, code: 'upstream_refused' },
  authentication_error: { status: 401, code: 'upstream_auth' },
  billing_error: { status: 402, code: 'upstream_error' },
  permission_error: { status: 403, code: 'upstream_auth' },
  not_found_error: { status: 404, code: 'upstream_refused' },
  request_too_large: { status: 413, code: 'upstream_refused' },
  rate_limit_error: { status: 429, code: 'upstream_rate_limited' },
  api_error: { status: 500, code: 'upstream_error' },
  timeout_error: { status: 504, code: 'upstream_timeout' },
  overloaded_error: { status: 529, code: 'upstream_overloaded' },
};

const typesByStatus: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

export const typeForStatus = (status: number): string =>
  typesByStatus[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');

export const errorTypeOf = (word: string | undefined): ErrorType | undefined =>
  word !== undefined && Object.hasOwn(errorTypes, word) ? errorTypes[word] : undefined;
