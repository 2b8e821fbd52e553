import { stringAt } from '../../json/json.ts';
import type { Dialect } from '../dialect.ts';
import { clientField } from '../ollama/door/client-field.ts';
import { encodeError } from '../ollama/door/encode-error.ts';
import { OllamaStreamEncoder } from '../ollama/door/encode-stream.ts';
import { greeting } from '../ollama/door/greeting.ts';
import { decodeLegacyRequest } from '../ollama/embeddings/decode-request.ts';
import { decodeResponse as decodeEmbeddings } from '../ollama/embeddings/decode-response.ts';
import { encodeRequest as encodeEmbeddings } from '../ollama/embeddings/encode-request.ts';
import { encodeLegacyResponse } from '../ollama/embeddings/encode-response.ts';
import type { AnswerForm } from '../ollama/upstream/answer-reader.ts';
import { decodeResponse } from '../ollama/upstream/decode-response.ts';
import { OllamaStreamDecoder } from '../ollama/upstream/decode-stream.ts';
import { decodeFault } from '../ollama/wire/fault.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeRequest } from './encode-request.ts';
import { encodeResponse, generateForm } from './encode-response.ts';
import { own } from './own.ts';

const generateAnswer: AnswerForm = {
  dialect: own,
  known: ['response', 'thinking', 'tool_calls', 'images'],
  message: (wire) => (stringAt(wire, 'response') === undefined ? undefined : { ...wire, content: wire['response'] }),
};

/** Ollama's older forms: POST /api/generate, a prompt in and text out, and POST /api/embeddings, one text in and one vector out. */
export const ollamaGenerate: Dialect = {
  id: own,
  framing: 'ndjson',
  chat: {
    door: {
      decodeRequest,
      encodeResponse,
      streamEncoder: (context) => new OllamaStreamEncoder(context, generateForm),
      greeting: ({ extras }) => (extras?.[own]?.['suffix'] === undefined ? greeting(extras?.[own]) : undefined),
      clientField: (field) => (field.startsWith('turns') ? 'prompt' : clientField(field)),
    },
    upstream: {
      encodeRequest,
      decodeResponse: (body) => decodeResponse(body, generateAnswer),
      streamDecoder: () => new OllamaStreamDecoder(generateAnswer),
    },
  },
  embeddings: {
    door: {
      decodeRequest: decodeLegacyRequest,
      encodeResponse: encodeLegacyResponse,
      clientField: (field) => field.replace(/^inputs.*/, 'prompt'),
    },
    upstream: { encodeRequest: encodeEmbeddings, decodeResponse: decodeEmbeddings },
  },
  encodeError,
  decodeFault,
};
