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

/**
 * Anthropic's Messages format.
 *
 * The normal form, to which a body returns after decoding and encoding:
 * - `system` and the prompts at the head of `messages` are one `system`; later ones stay in place as `system` messages.
 * - A user message that mixes tool results and other blocks is decoded as `tool` turns (results only) and `user` turns, in order.
 *   Encoding makes one message of neighbours with one role and puts its tool results first.
 * - Content of one plain text is a string, other content an array of blocks. Texts of white space and messages without content vanish.
 * - What says the default is left out: `is_error: false`, `strict: false`, `stream: false`, `type: custom` of a tool, null members, empty
 *   lists, `top_p: 1` beside a temperature. A tool's schema has a `type`.
 * - `output_format`, an older name, becomes `output_config.format`.
 * - In answers nulls are left out of the extras, and cache counts that a provider of another dialect did not give are written as 0.
 */
export const anthropicMessages: Dialect = {
  id: own,
  framing: 'sse',
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
