import type { Dialect } from '../dialect.ts';
import { openaiEmbeddings } from '../openai-embeddings/index.ts';
import { clientField } from './door/client-field.ts';
import { decodeRequest } from './door/decode-request.ts';
import { encodeError } from './door/encode-error.ts';
import { encodeResponse } from './door/encode-response.ts';
import { ChatStreamEncoder } from './door/encode-stream.ts';
import { decodeFault } from './upstream/decode-fault.ts';
import { decodeResponse } from './upstream/decode-response.ts';
import { ChatStreamDecoder } from './upstream/decode-stream.ts';
import { encodeRequest } from './upstream/encode-request.ts';

/** POST /v1/chat/completions, as OpenAI defined it and a hundred hosts speak it. */
export const openaiChat: Dialect = {
  id: 'openai-chat',
  framing: 'sse',
  chat: {
    door: {
      decodeRequest,
      encodeResponse,
      streamEncoder: (context) => new ChatStreamEncoder(context),
      clientField,
    },
    upstream: {
      encodeRequest,
      decodeResponse,
      streamDecoder: () => new ChatStreamDecoder(),
    },
  },
  embeddings: openaiEmbeddings,
  encodeError,
  decodeFault,
};
