import type { Dialect } from '../dialect.ts';
import { clientField } from './door/client-field.ts';
import { decodeRequest } from './door/decode-request.ts';
import { encodeError } from './door/encode-error.ts';
import { encodeResponse } from './door/encode-response.ts';
import { CohereStreamEncoder } from './door/encode-stream.ts';
import { embeddingDoor } from './embeddings/door.ts';
import { embeddingUpstream } from './embeddings/upstream.ts';
import { cohereRerank } from './rerank/rerank.ts';
import { decodeFault } from './upstream/decode-fault.ts';
import { decodeResponse } from './upstream/decode-response.ts';
import { StreamDecoder } from './upstream/decode-stream.ts';
import { encodeRequest } from './upstream/encode-request.ts';
import { own } from './wire/own.ts';

/**
 * Cohere's `/v2/chat`, `/v2/embed` and `/v2/rerank`, both halves.
 *
 * The normal form, to which a chat returns after decoding and encoding:
 * - `documents` are documents at the head of the user's last turn, and go back to `documents` from wherever they stand.
 * - `tool_plan` is a thought, marked so that it comes home; thoughts of others are `thinking` parts.
 * - Content of one plain text is a string. Empty texts vanish, and so do null members.
 * - `strict_tools` speaks of every tool.
 * - A citation with several sources is one citation for each, and written once.
 */
export const cohere: Dialect = {
  id: own,
  framing: 'sse',
  chat: {
    door: {
      decodeRequest,
      encodeResponse,
      streamEncoder: (context) => new CohereStreamEncoder(context),
      clientField,
    },
    upstream: { encodeRequest, decodeResponse, streamDecoder: () => new StreamDecoder() },
  },
  embeddings: { door: embeddingDoor, upstream: embeddingUpstream },
  rerank: cohereRerank,
  encodeError,
  decodeFault,
};
