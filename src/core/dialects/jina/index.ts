import { isObject } from '../../json/json.ts';
import type { Dialect } from '../dialect.ts';
import { encodeError } from '../openai-chat/door/encode-error.ts';
import { decodeFault } from '../openai-chat/upstream/decode-fault.ts';
import { jinaEmbeddings } from './embeddings.ts';
import { jinaRerank } from './rerank.ts';

/**
 * Jina's embeddings and rerank; llama.cpp, vLLM and others answer `/v1/rerank` in the same shape. Its errors say `detail`; other clients of the
 * path look for OpenAI's `error`, so both are written.
 */
export const jina: Dialect = {
  id: 'jina',
  framing: 'sse',
  embeddings: { upstream: jinaEmbeddings },
  rerank: jinaRerank,
  encodeError: (error) => {
    const body = encodeError(error);
    return { ...body, detail: isObject(body['error']) ? (body['error']['message'] ?? '') : '' };
  },
  decodeFault,
};
