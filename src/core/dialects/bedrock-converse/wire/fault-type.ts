import type { ErrorCode } from '../../../errors/gateway-error.ts';

interface FaultType {
  /** The status this type comes with, for faults inside a stream, which have none. */
  readonly status: number;
  /** What a fault of this type inside a stream means to us. */
  readonly code: ErrorCode;
}

/** The wire's words for what went wrong, as answers name them. Inside a stream they begin with a small letter. */
const faultTypes: Readonly<Record<string, FaultType>> = {
  ValidationException: { status: 400, code: 'upstream_refused' },
  ServiceQuotaExceededException: { status: 400, code: 'upstream_refused' },
  AccessDeniedException: { status: 403, code: 'upstream_auth' },
  ResourceNotFoundException: { status: 404, code: 'upstream_refused' },
  ModelTimeoutException: { status: 408, code: 'upstream_timeout' },
  ConflictException: { status: 409, code: 'upstream_refused' },
  ModelErrorException: { status: 424, code: 'upstream_error' },
  ModelStreamErrorException: { status: 424, code: 'upstream_error' },
  ThrottlingException: { status: 429, code: 'upstream_rate_limited' },
  ModelNotReadyException: { status: 429, code: 'upstream_rate_limited' },
  InternalServerException: { status: 500, code: 'upstream_error' },
  ServiceUnavailableException: { status: 503, code: 'upstream_overloaded' },
};

const typesByStatus: Readonly<Record<number, string>> = {
  // What a client of this wire knows for a key that is not valid.
  401: 'AccessDeniedException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
  504: 'ModelTimeoutException',
  529: 'ServiceUnavailableException',
};

export const typeForStatus = (status: number): string =>
  typesByStatus[status] ?? (status < 500 ? 'ValidationException' : 'InternalServerException');

/** A type as answers spell it: without the name space before `#`, the address after `:`, and the small letter it has in streams. */
export const plainType = (word: string): string => {
  const [name = ''] = word.slice(word.lastIndexOf('#') + 1).split(':');
  return name.charAt(0).toUpperCase() + name.slice(1);
};

export const faultTypeOf = (word: string | undefined): FaultType | undefined => {
  const name = word === undefined ? '' : plainType(word);
  return Object.hasOwn(faultTypes, name) ? faultTypes[name] : undefined;
};

/** The types a stream can tell. */
const streamTypes: ReadonlySet<string> = new Set([
  'ValidationException',
  'ModelStreamErrorException',
  'ThrottlingException',
  'InternalServerException',
  'ServiceUnavailableException',
]);

/** A type's name as an event of a stream. */
export const streamType = (type: string): string => {
  const known = streamTypes.has(type)
    ? type
    : (faultTypeOf(type)?.status ?? 500) < 500
      ? 'ModelStreamErrorException'
      : 'InternalServerException';
  return known.charAt(0).toLowerCase() + known.slice(1);
};
