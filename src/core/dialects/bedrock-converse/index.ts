import type { Dialect } from '../dialect.ts';
import { clientField } from './door/client-field.ts';
import { decodeRequest } from './door/decode-request.ts';
import { encodeError, errorHeaders } from './door/encode-error.ts';
import { encodeResponse } from './door/encode-response.ts';
import { ConverseStreamEncoder } from './door/encode-stream.ts';
import { decodeFault } from './upstream/decode-fault.ts';
import { decodeResponse } from './upstream/decode-response.ts';
import { StreamDecoder } from './upstream/decode-stream.ts';
import { encodeRequest } from './upstream/encode-request.ts';
import { own } from './wire/dialect-name.ts';

/**
 * Amazon Bedrock's Converse format. The model and whether the answer is a stream stand in the path; streams are AWS messages.
 *
 * The normal form, to which a body returns after decoding and encoding:
 * - A `cachePoint` is the mark of the item before it. One that has none before it stays as it is.
 * - A user message that mixes tool results and other blocks is decoded as `tool` turns (results only) and `user` turns, in order.
 *   Encoding makes one message of neighbours with one role and puts its tool results first. Texts of white space and messages without
 *   content vanish.
 * - Prompts behind the head of the conversation are the user's words, marked. A conversation begins with a user message.
 * - `additionalModelRequestFields` that are understood return in the client's own words; the `type` of a plain call, `status: success` of a
 *   result and null members are left out. A schema of the output is compact JSON.
 * - A JSON value in a tool result is text to every other dialect and returns as JSON.
 */
export const bedrockConverse: Dialect = {
  id: own,
  framing: 'aws-event-stream',
  modelInPath: true,
  chat: {
    door: {
      decodeRequest,
      encodeResponse,
      streamEncoder: (context) => new ConverseStreamEncoder(context),
      clientField,
    },
    upstream: { encodeRequest, decodeResponse, streamDecoder: () => new StreamDecoder() },
  },
  encodeError,
  errorHeaders,
  decodeFault,
};
