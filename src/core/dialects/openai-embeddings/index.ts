import type { EmbeddingDoor, EmbeddingUpstream } from '../dialect.ts';
import { decodeRequest } from './decode-request.ts';
import { decodeResponse } from './decode-response.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse } from './encode-response.ts';

const clientFields: Readonly<Record<string, string>> = {
  inputs: 'input',
  format: 'encoding_format',
  task: 'input_type',
};

/** OpenAI's `/v1/embeddings`, both halves. Its dialect id is `openai-chat`, whose errors it shares. */
export const openaiEmbeddings: { readonly door: EmbeddingDoor; readonly upstream: EmbeddingUpstream } = {
  door: {
    decodeRequest,
    encodeResponse,
    clientField: (field) => {
      const [head = '', ...rest] = field.split(/(?=[.[])/);
      return head === 'extras' ? rest.join('').slice(1) : (clientFields[head] ?? head) + rest.join('');
    },
  },
  upstream: { encodeRequest, decodeResponse },
};
