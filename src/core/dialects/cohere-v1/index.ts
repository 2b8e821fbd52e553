import { encodeError } from '../cohere/door/encode-error.ts';
import { decodeFault } from '../cohere/upstream/decode-fault.ts';
import type { Dialect } from '../dialect.ts';
import { clientField } from './client-field.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeResponse } from './decode-response.ts';
import { CohereV1StreamDecoder } from './decode-stream.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { CohereV1StreamEncoder } from './encode-stream.ts';
import { own } from './own.ts';

/** Cohere's older chat interface, POST /v1/chat: one message and a history, text and calls without ids in the answer. */
export const cohereV1: Dialect = {
  id: own,
  framing: 'ndjson',
  chat: {
    door: {
      decodeRequest,
      encodeResponse,
      streamEncoder: (context) => new CohereV1StreamEncoder(context),
      clientField,
    },
    upstream: { encodeRequest, decodeResponse, streamDecoder: () => new CohereV1StreamDecoder() },
  },
  encodeError,
  decodeFault,
};
