import type { FailureClass } from '../../../../core/errors/failure-class.ts';
import { type ErrorCode, GatewayError } from '../../../../core/errors/gateway-error.ts';

/** A failure that a request asks for, to see what follows. */
export interface MockedFailure {
  readonly kind: keyof typeof kinds;
  /** Every target fails so, not only those of the first group. */
  readonly everywhere: boolean;
}

interface Kind {
  readonly class: FailureClass;
  readonly code: ErrorCode;
  readonly status: number;
  /** The provider's words. */
  readonly type?: string;
  readonly says: string;
}

const kinds = {
  error: { class: 'transient', code: 'upstream_error', status: 500, says: 'an error of the provider' },
  'context-window': {
    class: 'context-window',
    code: 'upstream_refused',
    status: 400,
    type: 'context_length_exceeded',
    says: 'a prompt longer than the context window',
  },
  'content-policy': {
    class: 'content-policy',
    code: 'upstream_refused',
    status: 400,
    type: 'content_policy_violation',
    says: 'a violation of the content policy',
  },
  'rate-limit': { class: 'rate-limit', code: 'upstream_rate_limited', status: 429, says: 'a rate limit' },
  timeout: { class: 'timeout', code: 'upstream_timeout', status: 408, says: 'a timeout' },
  credential: { class: 'credential', code: 'upstream_auth', status: 401, says: 'a refused key' },
  gone: { class: 'model-gone', code: 'upstream_refused', status: 404, says: 'a model that is not there' },
  overloaded: { class: 'transient', code: 'upstream_overloaded', status: 503, says: 'an overloaded provider' },
  wrong: { class: 'caller-fault', code: 'upstream_refused', status: 400, says: 'a request that is wrong' },
} as const satisfies Readonly<Record<string, Kind>>;

const exceptions: Readonly<Record<string, MockedFailure['kind']>> = {
  InternalServerError: 'error',
  APIConnectionError: 'error',
  APIError: 'error',
  ContextWindowExceededError: 'context-window',
  ContentPolicyViolationError: 'content-policy',
  RateLimitError: 'rate-limit',
  Timeout: 'timeout',
  AuthenticationError: 'credential',
  NotFoundError: 'gone',
  ServiceUnavailableError: 'overloaded',
  BadRequestError: 'wrong',
};

/** What an exception's name asks for: `litellm.RateLimitError`, or the name alone as an exception. */
export const mockedFailure = (text: string): MockedFailure['kind'] | undefined => {
  const name = /^(?:Exception: )?litellm\.(?:exceptions\.)?(\w+)$/.exec(text.trim())?.[1];
  return name !== undefined && Object.hasOwn(exceptions, name) ? exceptions[name] : undefined;
};

export const failureClassOf = ({ kind }: MockedFailure): FailureClass => kinds[kind].class;

export const mockedError = ({ kind }: MockedFailure, model: string): GatewayError => {
  const { code, status, says, ...more }: Kind = kinds[kind];
  const message = `This is a mock exception for model=${model}: ${says}. Nobody was asked.`;
  return new GatewayError(code, message, {
    status,
    upstream: { status, message, ...(more.type === undefined ? {} : { type: more.type, code: more.type }) },
  });
};
