import type { RerankRequest, RerankResponse, Usage } from '../../../ir/index.ts';
import { type Json, type JsonObject, numberAt, objectAt, stringAt } from '../../../json/json.ts';
import type { EncodedRequest, RerankDoor, RerankUpstream } from '../../dialect.ts';
import { fieldLines, plainText, readRerankRequest } from '../../jina/rerank-request.ts';
import { idOf, readResults, rerankId, writeMeta, writeResults } from '../../jina/rerank-response.ts';
import { LossLog } from '../../loss-log.ts';
import { clientField } from '../door/client-field.ts';
import { own } from '../wire/own.ts';

const encodeResponse = (response: RerankResponse, request: RerankRequest, replyId: string): JsonObject => ({
  id: rerankId(response, replyId),
  // The interface returns documents only to those who ask.
  results: writeResults(response, { ...request, returnDocuments: request.returnDocuments ?? false }),
  meta: { api_version: { version: '2' }, ...writeMeta(response) },
  ...response.extras?.[own],
});

/** Writes the body of POST /v2/rerank, which takes texts: an object's fields become lines. Documents that shall come back are added at the door. */
const encodeRequest = (request: RerankRequest, model: string): EncodedRequest => {
  const losses = new LossLog();
  const { topN, maxTokensPerDocument } = request;
  if (request.documents.some((document) => plainText(document) === undefined))
    losses.changed('documents', 'fields are written as lines of text');
  for (const [dialect, members] of Object.entries(request.extras ?? {}))
    if (dialect !== own) for (const name of Object.keys(members)) losses.dropped(`extras.${name}`);
  return {
    body: {
      ...request.extras?.[own],
      model,
      query: fieldLines(request.query),
      documents: request.documents.map(fieldLines),
      ...(topN === undefined ? {} : { top_n: topN }),
      ...(maxTokensPerDocument === undefined ? {} : { max_tokens_per_doc: maxTokensPerDocument }),
    },
    losses: losses.list,
  };
};

const decodeResponse = (body: Json): RerankResponse => {
  const meta = objectAt(body, 'meta');
  const searchUnits = numberAt(objectAt(meta, 'billed_units'), 'search_units');
  const usage = readUsage(meta);
  return {
    id: idOf(body),
    model: stringAt(body, 'model') ?? '',
    results: readResults(body),
    ...(usage === undefined ? {} : { usage }),
    ...(searchUnits === undefined ? {} : { searchUnits }),
  };
};

const readUsage = (meta: JsonObject | undefined): Usage | undefined => {
  const inputTokens = numberAt(objectAt(meta, 'tokens'), 'input_tokens');
  return meta === undefined || inputTokens === undefined
    ? undefined
    : { inputTokens, outputTokens: 0, wire: { dialect: own, value: meta } };
};

export const cohereRerank: { readonly door: RerankDoor; readonly upstream: RerankUpstream } = {
  door: { decodeRequest: (body, hints) => readRerankRequest(body, hints, own), encodeResponse, clientField },
  upstream: { encodeRequest, decodeResponse },
};
