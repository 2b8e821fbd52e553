import type { JsonObject } from '../../json/json.ts';
import type { Dialect } from '../dialect.ts';
import { clientField } from './door/client-field.ts';
import { decodeRequest } from './door/decode-request.ts';
import { encodeError } from './door/encode-error.ts';
import { encodeResponse } from './door/encode-response.ts';
import { streamEncoder } from './door/encode-stream.ts';
import { decodeFault } from './upstream/decode-fault.ts';
import { decodeResponse } from './upstream/decode-response.ts';
import { streamDecoder } from './upstream/decode-stream.ts';
import { encodeRequest } from './upstream/encode-request.ts';

/** OpenAI's Responses format. The bodies of `input_tokens` and `compact` are read by the same `decodeRequest`. */
export const openaiResponses: Dialect = {
  id: 'openai-responses',
  framing: 'sse',
  chat: {
    door: { decodeRequest, encodeResponse, streamEncoder, clientField },
    upstream: { encodeRequest, decodeResponse, streamDecoder },
  },
  encodeError,
  decodeFault,
};

/** The answer to a count of input tokens. */
export const encodeInputTokens = (count: number): JsonObject => ({
  object: 'response.input_tokens',
  input_tokens: count,
});
