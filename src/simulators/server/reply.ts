import type { DialectId } from '../../core/ir/dialect-id.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import { converseErrorType, errorBody, type SimulatorRefusal } from '../simulator-refusal.ts';
import { identifier } from '../write/identifier.ts';
import { printBody } from '../write/write-answer.ts';

/** An answer before it goes over the wire. `frames` make it a stream. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | readonly SseFrame[];
}

/** Headers a dialect's provider sets on every answer. */
const providerHeaders = (dialect: DialectId, serial: string): Record<string, string> => {
  if (dialect === 'gemini') return { 'server-timing': 'gfet4t7; dur=1' };
  if (dialect === 'cohere' || dialect === 'cohere-v1') return { 'x-debug-trace-id': identifier(serial, 32) };
  if (dialect === 'ollama' || dialect === 'ollama-generate') return {};
  if (dialect === 'bedrock-converse') return { 'x-amzn-requestid': identifier(serial, 36) };
  if (dialect === 'anthropic-messages') return { 'request-id': `req_01${identifier(serial, 22)}` };
  return {
    'x-request-id': `req_${identifier(serial, 32)}`,
    'openai-version': '2020-10-01',
    'openai-processing-ms': '1',
  };
};

const jsonTypes: Readonly<Record<DialectId, string>> = {
  'openai-chat': 'application/json',
  'openai-completions': 'application/json',
  'openai-responses': 'application/json',
  'anthropic-messages': 'application/json',
  gemini: 'application/json; charset=UTF-8',
  cohere: 'application/json',
  'cohere-v1': 'application/json',
  voyage: 'application/json',
  jina: 'application/json',
  ollama: 'application/json; charset=utf-8',
  'ollama-generate': 'application/json; charset=utf-8',
  'bedrock-converse': 'application/json',
  'amazon-titan': 'application/json',
  'vertex-predict': 'application/json; charset=UTF-8',
};

export const jsonReply = (dialect: DialectId, serial: string, body: JsonObject): Reply => ({
  status: 200,
  headers: { 'content-type': jsonTypes[dialect], ...providerHeaders(dialect, serial) },
  body: printBody(dialect, body),
});

const streamType = (dialect: DialectId): string => {
  if (dialect === 'ollama' || dialect === 'ollama-generate') return 'application/x-ndjson';
  if (dialect === 'cohere-v1') return 'application/stream+json';
  if (dialect === 'bedrock-converse') return 'application/vnd.amazon.eventstream';
  return dialect === 'gemini' ? 'text/event-stream' : 'text/event-stream; charset=utf-8';
};

export const streamReply = (dialect: DialectId, serial: string, frames: readonly SseFrame[]): Reply => {
  return {
    status: 200,
    headers: { 'content-type': streamType(dialect), ...providerHeaders(dialect, serial) },
    body: frames,
  };
};

export const refusalReply = (dialect: DialectId, serial: string, refused: SimulatorRefusal): Reply => ({
  ...withErrorType(jsonReply(dialect, serial, refused.body), dialect, refused.status),
  status: refused.status,
});

/** Where the body does not say what kind of failure it is, a header does. */
const withErrorType = (reply: Reply, dialect: DialectId, status: number): Reply =>
  dialect === 'bedrock-converse'
    ? {
        ...reply,
        headers: {
          ...reply.headers,
          'x-amzn-errortype': `${converseErrorType(status)}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
        },
      }
    : reply;

const messages: Readonly<Record<number, string>> = {
  400: 'The request was not valid.',
  401: 'The API key is not valid.',
  403: 'The key may not use this model.',
  404: 'The model does not exist.',
  408: 'The request timed out.',
  409: 'The request conflicts with another.',
  422: 'The request could not be processed.',
  429: 'Rate limit reached. Please try again later.',
  500: 'The server had an error while processing your request. Sorry about that!',
  502: 'Bad gateway.',
  503: 'The model is overloaded. Please try again later.',
  529: 'Overloaded',
};

/** A failed answer of a status, in the dialect's own shape. */
export const statusReply = (dialect: DialectId, serial: string, status: number): Reply => ({
  ...withErrorType(
    jsonReply(
      dialect,
      serial,
      errorBody(dialect, { status, message: messages[status] ?? `Simulated status ${status}.` }),
    ),
    dialect,
    status,
  ),
  status,
});
