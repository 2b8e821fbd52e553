import { type ErrorCode, GatewayError, type UpstreamFault } from '../../../errors/gateway-error.ts';
import {
  arrayAt,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  numberAt,
  objectAt,
  stringAt,
} from '../../../json/json.ts';

/** The `error` object of a failed answer: alone, or in the one-element list that streams without SSE give. */
export const errorObject = (body: Json | undefined): JsonObject | undefined =>
  objectAt(isArray(body) ? body[0] : body, 'error');

/** Reads a google.rpc status. */
export const readFault = (error: JsonObject, status: number, wire: Json): UpstreamFault => {
  const details = arrayAt(error, 'details').filter(isObject);
  const type = stringAt(error, 'status');
  const code = details.map((detail) => stringAt(detail, 'reason')).find((reason) => reason !== undefined);
  const param = details
    .flatMap((detail) => arrayAt(detail, 'fieldViolations'))
    .map((violation) => stringAt(violation, 'field'))
    .find((field) => field !== undefined && field !== '');
  const retryAfterMs = details
    .map((detail) => durationMs(stringAt(detail, 'retryDelay')))
    .find((delay) => delay !== undefined);
  const number = numberAt(error, 'code');
  return {
    status,
    message: stringAt(error, 'message') ?? type ?? `The provider answered with status ${status}.`,
    ...(type === undefined ? {} : { type }),
    ...(code === undefined ? (number === undefined ? {} : { code: String(number) }) : { code }),
    ...(param === undefined ? {} : { param }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    wire,
  };
};

/** The error for a failure that arrives inside an answer or a stream. */
export const inBandError = (error: JsonObject): GatewayError => {
  const type = stringAt(error, 'status');
  const status = numberAt(error, 'code') ?? (type === undefined ? undefined : statusByWord.get(type)) ?? 500;
  const upstream = readFault(error, status, { error });
  const code = codeFor(status);
  return new GatewayError(code, `The provider failed in the middle of its answer: ${upstream.message}`, {
    upstream,
    ...(code === 'upstream_refused' ? { status } : {}),
    ...(upstream.retryAfterMs === undefined ? {} : { retryAfterMs: upstream.retryAfterMs }),
  });
};

const codeFor = (status: number): ErrorCode => {
  if (status === 429) return 'upstream_rate_limited';
  if (status === 503 || status === 529) return 'upstream_overloaded';
  if (status === 504) return 'upstream_timeout';
  if (status === 401 || status === 403) return 'upstream_auth';
  return status >= 400 && status < 500 ? 'upstream_refused' : 'upstream_error';
};

/** google.rpc status words with the HTTP status each stands for. */
const statusByWord: ReadonlyMap<string, number> = new Map(
  Object.entries({
    INVALID_ARGUMENT: 400,
    FAILED_PRECONDITION: 400,
    OUT_OF_RANGE: 400,
    UNAUTHENTICATED: 401,
    PERMISSION_DENIED: 403,
    NOT_FOUND: 404,
    ABORTED: 409,
    ALREADY_EXISTS: 409,
    RESOURCE_EXHAUSTED: 429,
    CANCELLED: 499,
    INTERNAL: 500,
    UNKNOWN: 500,
    UNIMPLEMENTED: 501,
    UNAVAILABLE: 503,
    DEADLINE_EXCEEDED: 504,
  }),
);

const wordsByStatus: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  412: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** Whether this is one of google.rpc's words. */
export const isStatusWord = (word: string): boolean => statusByWord.has(word);

/** The google.rpc word for an HTTP status. */
export const wordForStatus = (status: number): string =>
  wordsByStatus[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');

/** `16s`, `0.5s` */
const durationMs = (duration: string | undefined): number | undefined => {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(duration ?? '')?.[1];
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1000);
};
