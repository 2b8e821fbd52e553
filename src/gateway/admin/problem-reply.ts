import type { GatewayError } from '../../core/errors/gateway-error.ts';
import type { WireReply } from '../incoming.ts';
import { InvalidObject } from './invalid-object.ts';
import { refusalHeaders } from './refusal-headers.ts';

const titles: Readonly<Record<number, string>> = {
  400: 'The request is wrong',
  401: 'Not known',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Not JSON',
  500: 'Failed',
  503: 'Not now',
};

/** A failure as RFC 9457 has it. `code` is ours; `errors` lists the fields that are wrong. */
export const problemReply = (error: GatewayError, requestId: string): WireReply => {
  const { param } = error.detail;
  const fields =
    error instanceof InvalidObject
      ? error.problems
      : param === undefined
        ? []
        : [{ field: param, message: error.message }];
  const body = {
    type: 'about:blank',
    title: titles[error.status] ?? 'Failed',
    status: error.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(fields.length === 0 ? {} : { errors: fields }),
  };
  return {
    status: error.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...refusalHeaders(error),
    },
    body: `${JSON.stringify(body)}\n`,
  };
};
