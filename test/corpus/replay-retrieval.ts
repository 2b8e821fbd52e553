import { dialects } from '../../src/core/dialects/index.ts';
import type { DialectId } from '../../src/core/ir/index.ts';
import { arrayAt, type Json, type JsonObject, numberAt } from '../../src/core/json/json.ts';
import { canonical } from './canonical.ts';
import { type Exchange, requestObject } from './exchange.ts';
import type { Replay, Verdict } from './replay.ts';
import { providerId, type Rig, rigKey } from './rig.ts';

/** One recorded rerank or moderation call through one door: the same question to the provider, the same order or judgement to the client. */
export const replayRetrieval = async (
  rig: Rig,
  { exchange, dialect, door, lane }: Replay,
  operation: 'rerank' | 'moderations',
): Promise<Verdict> => {
  const recorded = requestObject(exchange) ?? plainBodies[operation];
  const model = `${providerId(exchange.provider, dialect, lane)}/recorded`;
  const upstream = rig.upstreams[lane];
  if (upstream === undefined) throw new Error(`no lane ${lane}`);
  upstream.play(exchange);
  const native = door === dialect;
  const path = operation === 'moderations' ? '/v1/moderations' : door === 'cohere' ? '/v2/rerank' : '/v1/rerank';
  const response = await fetch(`${rig.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rigKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(native ? { ...recorded, model } : said(recorded, { dialect, door, model })),
  });
  const body = await response.text();
  const sent = upstream.received[0]?.body;
  const causes = [
    ...(sent === undefined ? [`nothing sent: ${body.slice(0, 160)}`] : []),
    ...(sent !== undefined && !asked(JSON.parse(sent) as JsonObject, recorded, native)
      ? ['upstream body differs']
      : []),
    ...judge(exchange, { status: response.status, body, native }),
  ];
  return { outcome: causes.length === 0 ? 'passed' : 'failed', causes };
};

const plainBodies: Readonly<Record<'rerank' | 'moderations', JsonObject>> = {
  rerank: { query: 'Hello', documents: ['Hello', 'Good day', 'Good night'] },
  moderations: { input: 'Hello' },
};

/** The recorded request in the door's words. Voyage's has `top_k`, which no door knows. */
const said = (recorded: JsonObject, how: { dialect: DialectId; door: DialectId; model: string }): JsonObject => {
  const { top_k, ...rest } = recorded;
  const body = { ...rest, model: how.model, ...(top_k === undefined ? {} : { top_n: top_k }) };
  const reader = dialects[how.dialect].rerank?.door ?? dialects.jina.rerank?.door;
  const writer = dialects[how.door].rerank?.upstream;
  if (reader === undefined || writer === undefined) throw new Error('no rerank');
  return writer.encodeRequest(reader.decodeRequest(body, {}), how.model).body;
};

/** In its own dialect every member arrives; in another the question, the documents and how many are wanted. */
const asked = (sent: JsonObject, recorded: JsonObject, native: boolean): boolean => {
  if (native) return canonical({ ...sent, model: 'm' }) === canonical({ ...recorded, model: 'm' });
  const question = ({ query, documents, top_n, top_k }: JsonObject): Json => [
    query ?? null,
    documents ?? null,
    top_n ?? top_k ?? null,
  ];
  return canonical(question(sent)) === canonical(question(recorded));
};

const judge = (
  { status, expect, response_body: recorded }: Exchange,
  answer: { readonly status: number; readonly body: string; readonly native: boolean },
): readonly string[] => {
  if (status >= 400) return answer.status === status ? [] : [`status ${answer.status} for ${status}`];
  if (answer.status !== 200) return [`status ${answer.status}: ${answer.body.slice(0, 160)}`];
  if (answer.native) return answer.body === recorded ? [] : ['answer changed'];
  const results = arrayAt(JSON.parse(answer.body) as Json, 'results').map((result) => ({
    index: numberAt(result, 'index'),
    score: numberAt(result, 'relevance_score'),
  }));
  return canonical(results) === canonical(expect?.rerank ?? []) ? [] : ['results'];
};
