import type { Dialect } from '../dialect.ts';
import { encodeError } from '../openai-chat/door/encode-error.ts';
import { decodeFault } from '../openai-chat/upstream/decode-fault.ts';
import { voyageEmbeddings } from './embeddings.ts';
import { voyageRerank } from './rerank.ts';

/** Voyage's embeddings and rerank. Clients speak OpenAI's shape or a rerank door's, so there is only the provider's side. */
export const voyage: Dialect = {
  id: 'voyage',
  framing: 'sse',
  embeddings: { upstream: voyageEmbeddings },
  rerank: { upstream: voyageRerank },
  encodeError,
  decodeFault,
};
