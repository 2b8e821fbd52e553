import type { Dialect } from '../dialect.ts';
import { clientField } from './door/client-field.ts';
import { decodeRequest } from './door/decode-request.ts';
import { encodeError } from './door/encode-error.ts';
import { encodeResponse } from './door/encode-response.ts';
import { OllamaStreamEncoder } from './door/encode-stream.ts';
import { greeting } from './door/greeting.ts';
import { decodeRequest as decodeEmbeddingRequest } from './embeddings/decode-request.ts';
import { decodeResponse as decodeEmbeddingResponse } from './embeddings/decode-response.ts';
import { encodeRequest as encodeEmbeddingRequest } from './embeddings/encode-request.ts';
import { encodeResponse as encodeEmbeddingResponse } from './embeddings/encode-response.ts';
import { decodeResponse } from './upstream/decode-response.ts';
import { OllamaStreamDecoder } from './upstream/decode-stream.ts';
import { encodeRequest } from './upstream/encode-request.ts';
import { decodeFault } from './wire/fault.ts';

/** Ollama's own `/api/chat` and `/api/embed`, both halves. */
export const ollama: Dialect = {
  id: 'ollama',
  framing: 'ndjson',
  chat: {
    door: {
      decodeRequest,
      encodeResponse,
      streamEncoder: (context) => new OllamaStreamEncoder(context),
      greeting: (request) => greeting(request.extras?.ollama),
      clientField,
    },
    upstream: {
      encodeRequest,
      decodeResponse: (body) => decodeResponse(body),
      streamDecoder: () => new OllamaStreamDecoder(),
    },
  },
  embeddings: {
    door: { decodeRequest: decodeEmbeddingRequest, encodeResponse: encodeEmbeddingResponse, clientField },
    upstream: { encodeRequest: encodeEmbeddingRequest, decodeResponse: decodeEmbeddingResponse },
  },
  encodeError,
  decodeFault,
};
