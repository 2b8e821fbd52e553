import type { DialectId } from '../core/ir/dialect-id.ts';
import type { Json, JsonObject } from '../core/json/json.ts';

/** A request a real provider would refuse, with the answer it would give. */
export class SimulatorRefusal extends Error {
  readonly status: number;
  readonly body: JsonObject;

  constructor(status: number, message: string, body: JsonObject) {
    super(message);
    this.name = 'SimulatorRefusal';
    this.status = status;
    this.body = body;
  }
}

/** The error words of the dialects for a status. Where a provider has no word of its own for it, the nearest it documents. */
const openaiTypes: Readonly<Record<number, string>> = {
  401: 'invalid_request_error',
  403: 'insufficient_permissions',
  408: 'timeout',
  429: 'rate_limit_error',
  500: 'server_error',
  502: 'server_error',
  503: 'server_error',
  529: 'server_error',
};

const openaiCodes: Readonly<Record<number, string>> = {
  401: 'invalid_api_key',
  404: 'model_not_found',
  429: 'rate_limit_exceeded',
};

const anthropicTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const geminiStatuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const converseTypes: Readonly<Record<number, string>> = {
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
};

export const converseErrorType = (status: number): string => converseTypes[status] ?? 'ValidationException';

interface ErrorWords {
  readonly status: number;
  readonly message: string;
  /** OpenAI's `param` and `code`. */
  readonly param?: string;
  readonly code?: string;
  /** The error's type where it is not the usual one of its status. */
  readonly type?: string;
  readonly details?: readonly Json[];
}

const openaiError = (words: ErrorWords): JsonObject => ({
  error: {
    message: words.message,
    type: words.type ?? openaiTypes[words.status] ?? 'invalid_request_error',
    param: words.param ?? null,
    code: words.code ?? openaiCodes[words.status] ?? null,
  },
});

const anthropicError = (words: ErrorWords): JsonObject => ({
  type: 'error',
  error: {
    type: words.type ?? anthropicTypes[words.status] ?? (words.status >= 500 ? 'api_error' : 'invalid_request_error'),
    message: words.message,
  },
  request_id: 'req_011CSimulated0000000000',
});

const geminiError = (words: ErrorWords): JsonObject => ({
  error: {
    code: words.status,
    message: words.message,
    status: words.type ?? geminiStatuses[words.status] ?? (words.status >= 500 ? 'INTERNAL' : 'FAILED_PRECONDITION'),
    ...(words.details === undefined ? {} : { details: words.details }),
  },
});

/** Cohere says a message, and in newer versions the id of the call. */
const cohereError = (words: ErrorWords): JsonObject => ({ id: 'simulated', message: words.message });

/** Voyage and Jina answer as FastAPI does. */
const detailError = (words: ErrorWords): JsonObject => ({ detail: words.message });
/** The whole of it is a text. */
const ollamaError = (words: ErrorWords): JsonObject => ({ error: words.message });

const writers: Readonly<Record<DialectId, (words: ErrorWords) => JsonObject>> = {
  'openai-chat': openaiError,
  'openai-completions': openaiError,
  'openai-responses': openaiError,
  'anthropic-messages': anthropicError,
  gemini: geminiError,
  cohere: cohereError,
  'cohere-v1': cohereError,
  voyage: detailError,
  jina: detailError,
  ollama: ollamaError,
  'ollama-generate': ollamaError,
  'vertex-predict': geminiError,
  // What kind of failure it is stands in a header.
  'amazon-titan': ({ message }) => ({ message }),
  'bedrock-converse': ({ message }) => ({ message }),
};

/** The body of a failed answer in the dialect's own shape. */
export const errorBody = (dialect: DialectId, words: ErrorWords): JsonObject => writers[dialect](words);

export const refusal = (dialect: DialectId, words: ErrorWords): SimulatorRefusal =>
  new SimulatorRefusal(words.status, words.message, errorBody(dialect, words));
