import { GatewayError } from '../../errors/gateway-error.ts';
import type { RerankRequest, RerankResponse, RerankResult, RerankText, Usage } from '../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject, numberAt, objectAt, stringAt } from '../../json/json.ts';

/**
 * Reads the results of a rerank answer: `results` (Jina, Cohere, llama.cpp, vLLM), `data` (Voyage), or a bare list (text-embeddings-inference),
 * each with an index and a `relevance_score` or `score`.
 */
export const readResults = (body: Json): readonly RerankResult[] => {
  const list = isArray(body) ? body : isObject(body) ? (body['results'] ?? body['data']) : undefined;
  if (!isArray(list)) throw new GatewayError('upstream_invalid', 'The provider answered without a list of results.');
  return list.map((item, at) => {
    const index = numberAt(item, 'index');
    const score = numberAt(item, 'relevance_score') ?? numberAt(item, 'score');
    if (index === undefined || score === undefined)
      throw new GatewayError('upstream_invalid', `The provider answered without index or score in results[${at}].`);
    const document = readDocument(isObject(item) ? (item['document'] ?? item['text']) : undefined);
    return { index, score, ...(document === undefined ? {} : { document }) };
  });
};

const readDocument = (value: Json | undefined): RerankText | undefined => {
  if (typeof value === 'string') return { kind: 'text', text: value };
  return isObject(value) ? { kind: 'object', value } : undefined;
};

/** Tokens of a rerank answer are all input. Some hosts tell a total alone. */
export const readRerankUsage = (body: Json, dialect: 'jina' | 'voyage'): Usage | undefined => {
  const wire = objectAt(body, 'usage');
  const inputTokens = numberAt(wire, 'prompt_tokens') ?? numberAt(wire, 'total_tokens');
  return wire === undefined || inputTokens === undefined
    ? undefined
    : { inputTokens, outputTokens: 0, wire: { dialect, value: wire } };
};

/** Writes results. Documents that were asked for and did not come back are the request's own; ones that were not wanted go. */
export const writeResults = (response: RerankResponse, request: RerankRequest): readonly JsonObject[] =>
  response.results.map(({ index, score, document }) => {
    const asked = request.returnDocuments === true ? request.documents[index] : undefined;
    const shown = request.returnDocuments === false ? undefined : (document ?? asked);
    return {
      index,
      relevance_score: score,
      ...(shown === undefined ? {} : { document: shown.kind === 'text' ? { text: shown.text } : shown.value }),
    };
  });

/** What Cohere and LiteLLM call `meta`: the units and tokens that are billed. */
export const writeMeta = ({ usage, searchUnits }: RerankResponse): JsonObject => ({
  ...(searchUnits === undefined ? {} : { billed_units: { search_units: searchUnits } }),
  ...(usage === undefined ? {} : { tokens: { input_tokens: usage.inputTokens } }),
});

/** The provider's own id; one of ours when it gave none. */
export const rerankId = (response: RerankResponse, replyId: string): string =>
  response.id === '' ? `rerank-${replyId}` : response.id;

export const idOf = (body: Json): string => stringAt(body, 'id') ?? '';
