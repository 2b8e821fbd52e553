import type { RerankRequest } from '../../ir/index.ts';
import { type JsonDraft, stringAt } from '../../json/json.ts';
import type { EncodedRequest, RerankUpstream } from '../dialect.ts';
import { fieldLines, plainText } from '../jina/rerank-request.ts';
import { idOf, readRerankUsage, readResults } from '../jina/rerank-response.ts';
import { LossLog } from '../loss-log.ts';

const own = 'voyage' as const;

/** Writes the body of POST /v1/rerank in Voyage's words. Documents are texts; those that shall come back are added at the door. */
const encodeRequest = (request: RerankRequest, model: string): EncodedRequest => {
  const losses = new LossLog();
  if (request.maxTokensPerDocument !== undefined)
    losses.dropped('maxTokensPerDocument', 'the target has no such limit');
  if (request.documents.some((document) => plainText(document) === undefined))
    losses.changed('documents', 'fields are written as lines of text');
  const members: JsonDraft = { ...request.extras?.[own] };
  for (const [dialect, extras] of Object.entries(request.extras ?? {})) {
    if (dialect === own) continue;
    for (const [name, value] of Object.entries(extras)) {
      if (name === 'truncation') members[name] = value;
      else losses.dropped(`extras.${name}`);
    }
  }
  return {
    body: {
      ...members,
      model,
      query: fieldLines(request.query),
      documents: request.documents.map(fieldLines),
      ...(request.topN === undefined ? {} : { top_k: request.topN }),
    },
    losses: losses.list,
  };
};

export const voyageRerank: RerankUpstream = {
  encodeRequest,
  decodeResponse: (body) => {
    const usage = readRerankUsage(body, own);
    return {
      id: idOf(body),
      model: stringAt(body, 'model') ?? '',
      results: readResults(body),
      ...(usage === undefined ? {} : { usage }),
    };
  },
};
