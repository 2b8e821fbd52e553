import type { RerankRequest, RerankResponse, RerankText } from '../../ir/index.ts';
import type { Json, JsonObject } from '../../json/json.ts';
import { stringAt } from '../../json/json.ts';
import type { EncodedRequest, RerankDoor, RerankUpstream } from '../dialect.ts';
import { LossLog } from '../loss-log.ts';
import { plainText, readRerankRequest } from './rerank-request.ts';
import { idOf, readRerankUsage, readResults, rerankId, writeMeta, writeResults } from './rerank-response.ts';

const own = 'jina' as const;

/** Writes an answer that Jina's and LiteLLM's clients both read: `usage` is the one's, `meta` the other's. */
const encodeResponse = (response: RerankResponse, request: RerankRequest, replyId: string): JsonObject => {
  const { usage } = response;
  return {
    id: rerankId(response, replyId),
    model: response.model === '' ? request.model : response.model,
    object: 'list',
    results: writeResults(response, request),
    ...(usage === undefined ? {} : { usage: { prompt_tokens: usage.inputTokens, total_tokens: usage.inputTokens } }),
    meta: writeMeta(response),
    ...response.extras?.[own],
  };
};

const names: Readonly<Record<string, string>> = {
  topN: 'top_n',
  returnDocuments: 'return_documents',
  maxTokensPerDocument: 'max_tokens_per_doc',
};

const clientField = (field: string): string =>
  field.startsWith('extras.') ? field.slice('extras.'.length) : (names[field] ?? field);

/** Writes the body of POST /v1/rerank. A document of one text goes as that text, since some hosts take nothing else. */
const encodeRequest = (request: RerankRequest, model: string): EncodedRequest => {
  const losses = new LossLog();
  const { topN, returnDocuments } = request;
  if (request.maxTokensPerDocument !== undefined)
    losses.dropped('maxTokensPerDocument', 'the target has no such limit');
  for (const [dialect, members] of Object.entries(request.extras ?? {}))
    if (dialect !== own) for (const name of Object.keys(members)) losses.dropped(`extras.${name}`);
  return {
    body: {
      ...request.extras?.[own],
      model,
      query: writeText(request.query),
      documents: request.documents.map(writeText),
      ...(topN === undefined ? {} : { top_n: topN }),
      ...(returnDocuments === undefined ? {} : { return_documents: returnDocuments }),
    },
    losses: losses.list,
  };
};

const writeText = (text: RerankText): Json => plainText(text) ?? (text.kind === 'text' ? text.text : text.value);

const decodeResponse = (body: Json): RerankResponse => {
  const usage = readRerankUsage(body, own);
  return {
    id: idOf(body),
    model: stringAt(body, 'model') ?? '',
    results: readResults(body),
    ...(usage === undefined ? {} : { usage }),
  };
};

export const jinaRerank: { readonly door: RerankDoor; readonly upstream: RerankUpstream } = {
  door: { decodeRequest: (body, hints) => readRerankRequest(body, hints, own), encodeResponse, clientField },
  upstream: { encodeRequest, decodeResponse },
};
