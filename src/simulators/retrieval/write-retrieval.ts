import type { Json, JsonDraft, JsonObject } from '../../core/json/json.ts';
import { textTokens } from '../answer/count-tokens.ts';
import { defaultDimensions, embeddingVector } from '../answer/embedding-vector.ts';
import type { SimulatedEmbeddingRequest } from '../decode/embeddings.ts';
import { identifier } from '../write/identifier.ts';
import type { SimulatedRerankRequest } from './decode-retrieval.ts';

const tokensOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + textTokens(text), 0);

/** Cohere's answer: a list of vectors for each type that was asked for. */
export const writeCohereEmbeddings = (request: SimulatedEmbeddingRequest, serial: string): JsonObject => {
  const vectors = request.inputs.map((input) => embeddingVector(input, request.dimensions ?? defaultDimensions));
  const embeddings: JsonDraft = {};
  for (const type of (request.format ?? 'float').split(','))
    embeddings[type] = vectors.map((vector) => written(vector, type));
  return {
    id: identifier(`embed ${serial}`, 32),
    embeddings,
    texts: request.inputs,
    meta: { api_version: { version: '2' }, billed_units: { input_tokens: tokensOf(request.inputs) } },
    response_type: 'embeddings_by_type',
  };
};

const written = (vector: Float32Array, type: string): Json => {
  if (type === 'base64') return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
  return type === 'float' ? [...vector] : Array.from(vector, (value) => Math.round(value * 127));
};

interface Ranked {
  readonly index: number;
  readonly score: number;
}

/** Documents by the share of the query's words they hold; the earlier one first where they are equal. */
const ranked = ({ query, documents, topN }: SimulatedRerankRequest): readonly Ranked[] => {
  const wanted = wordsOf(query);
  return documents
    .map((document, index) => {
      const held = wordsOf(document);
      const found = [...wanted].filter((word) => held.has(word)).length;
      return { index, score: wanted.size === 0 ? 0 : found / wanted.size };
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, topN ?? documents.length);
};

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

const results = (request: SimulatedRerankRequest, document: (index: number) => Json | undefined): readonly Json[] =>
  ranked(request).map(({ index, score }) => {
    const shown = document(index);
    return { index, relevance_score: score, ...(shown === undefined ? {} : { document: shown }) };
  });

/** The answer of each provider to a rerank request. */
export const rerankWriters: Readonly<
  Record<'cohere' | 'voyage' | 'jina', (request: SimulatedRerankRequest, serial: string) => JsonObject>
> = {
  cohere: (request, serial) => ({
    id: identifier(`rerank ${serial}`, 32),
    results: results(request, () => undefined),
    meta: { api_version: { version: '2' }, billed_units: { search_units: Math.ceil(request.documents.length / 100) } },
  }),
  voyage: (request) => ({
    object: 'list',
    data: results(request, (index) => (request.returnDocuments === true ? request.documents[index] : undefined)),
    model: request.model,
    usage: { total_tokens: tokensOf([request.query, ...request.documents]) },
  }),
  jina: (request) => ({
    model: request.model,
    object: 'list',
    usage: { total_tokens: tokensOf([request.query, ...request.documents]) },
    results: results(request, (index) =>
      request.returnDocuments === false ? undefined : { text: request.documents[index] ?? '' },
    ),
  }),
};
