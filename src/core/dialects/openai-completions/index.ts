import type { Dialect } from '../dialect.ts';
import { clientField } from '../openai-chat/door/client-field.ts';
import { encodeError } from '../openai-chat/door/encode-error.ts';
import { decodeFault } from '../openai-chat/upstream/decode-fault.ts';
import { decodeRequest } from './door/decode-request.ts';
import { encodeResponse } from './door/encode-response.ts';
import { CompletionStreamEncoder } from './door/encode-stream.ts';
import { decodeResponse } from './upstream/decode-response.ts';
import { CompletionStreamDecoder } from './upstream/decode-stream.ts';
import { encodeRequest } from './upstream/encode-request.ts';

const clientFields: Readonly<Record<string, string>> = { maxOutputTokens: 'max_tokens', topLogprobs: 'logprobs' };

/** OpenAI's legacy POST /v1/completions: a prompt goes in, text comes out. */
export const openaiCompletions: Dialect = {
  id: 'openai-completions',
  framing: 'sse',
  chat: {
    door: {
      decodeRequest,
      encodeResponse,
      streamEncoder: (context) => new CompletionStreamEncoder(context),
      clientField: (field) => (field.startsWith('turns') ? 'prompt' : (clientFields[field] ?? clientField(field))),
    },
    upstream: {
      encodeRequest,
      decodeResponse,
      streamDecoder: () => new CompletionStreamDecoder(),
    },
  },
  encodeError,
  decodeFault,
};
