import { type ErrorCode, GatewayError, type UpstreamFault } from '../../../errors/gateway-error.ts';
import { isObject, type Json, numberAt, parseJson, stringAt } from '../../../json/json.ts';

/** Reads a failed answer: `{"error": "..."}`, the error object of the server's OpenAI-compatible half, other JSON, or plain text. */
export const decodeFault = (status: number, body: string): UpstreamFault => {
  const wire = parseJson(body);
  const message = wire === undefined ? plainText(body) : errorMessage(wire);
  return {
    status,
    message: message === undefined || message === '' ? `The provider answered with status ${status}.` : message,
    ...(wire === undefined ? {} : { wire }),
  };
};

/** The error a stream's line or a body with status 200 carries; undefined when it carries none. */
export const inBandError = (wire: Json): GatewayError | undefined => {
  const error = isObject(wire) ? wire['error'] : undefined;
  if (error === undefined || error === null || error === '') return undefined;
  const message = errorMessage(wire) ?? 'The provider broke off with an error.';
  const status = numberAt(wire, 'status_code') ?? numberAt(wire, 'status') ?? 500;
  const upstream = { status, message, wire };
  return new GatewayError(codeFor(status), `The provider failed in the middle of its answer: ${message}`, { upstream });
};

const errorMessage = (wire: Json): string | undefined => {
  if (typeof wire === 'string') return wire;
  const error = isObject(wire) ? wire['error'] : undefined;
  if (typeof error === 'string') return error;
  return stringAt(error, 'message') ?? stringAt(wire, 'message') ?? stringAt(wire, 'detail');
};

const codeFor = (status: number): ErrorCode => {
  if (status === 429) return 'upstream_rate_limited';
  return status === 503 ? 'upstream_overloaded' : 'upstream_error';
};

/** The text in one line, cut; a page is not quoted. */
const plainText = (body: string): string | undefined =>
  /<html|<!doctype/i.test(body) ? undefined : body.replace(/\s+/g, ' ').trim().slice(0, 500);
