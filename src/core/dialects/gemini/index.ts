import type { Dialect } from '../dialect.ts';
import { clientField } from './door/client-field.ts';
import { decodeRequest } from './door/decode-request.ts';
import { encodeError } from './door/encode-error.ts';
import { encodeResponse } from './door/encode-response.ts';
import { GeminiStreamEncoder } from './door/encode-stream.ts';
import { decodeRequest as decodeEmbeddingRequest } from './embeddings/decode-request.ts';
import { decodeResponse as decodeEmbeddingResponse } from './embeddings/decode-response.ts';
import { encodeRequest as encodeEmbeddingRequest } from './embeddings/encode-request.ts';
import { encodeResponse as encodeEmbeddingResponse } from './embeddings/encode-response.ts';
import { decodeFault } from './upstream/decode-fault.ts';
import { decodeResponse } from './upstream/decode-response.ts';
import { GeminiStreamDecoder } from './upstream/decode-stream.ts';
import { encodeRequest } from './upstream/encode-request.ts';

/** Gemini's `generateContent`, `embedContent` and `batchEmbedContents`, both halves. */
export const gemini: Dialect = {
  id: 'gemini',
  framing: 'sse',
  modelInPath: true,
  listsPieces: true,
  chat: {
    door: {
      decodeRequest,
      encodeResponse,
      streamEncoder: (context) => new GeminiStreamEncoder(context),
      clientField,
    },
    upstream: { encodeRequest, decodeResponse, streamDecoder: () => new GeminiStreamDecoder() },
  },
  embeddings: {
    door: { decodeRequest: decodeEmbeddingRequest, encodeResponse: encodeEmbeddingResponse, clientField },
    upstream: { encodeRequest: encodeEmbeddingRequest, decodeResponse: decodeEmbeddingResponse },
  },
  encodeError,
  decodeFault,
};
