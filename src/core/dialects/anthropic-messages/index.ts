import type { Dialect } from '../dialect.ts';
import { clientField } from './door/client-field.ts';
import { decodeRequest } from './door/decode-request.ts';
import { encodeError } from './door/encode-error.ts';
import { encodeResponse } from './door/encode-response.ts';
import { AnthropicStreamEncoder } from './door/encode-stream.ts';
import { decodeFault } from './upstream/decode-fault.ts';
import { decodeResponse } from './upstream/decode-response.ts';
import { StreamDecoder } from './upstream/decode-stream.ts';
import { encodeRequest } from './upstream/encode-request.ts';
import { own } from './wire/dialect-name.ts';

/** Anthropic's Messages format. */
export const anthropicMessages: Dialect = {
  id: own,
  chat: {
    door: {
      decodeRequest,
      encodeResponse,
      streamEncoder: (context) => new AnthropicStreamEncoder(context),
      clientField,
    },
    upstream: { encodeRequest, decodeResponse, streamDecoder: () => new StreamDecoder() },
  },
  encodeError,
  decodeFault,
};
