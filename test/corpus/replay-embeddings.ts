import { dialects } from '../../src/core/dialects/index.ts';
import type { DialectId } from '../../src/core/ir/index.ts';
import { arrayAt, isArray, type Json, type JsonObject, objectAt } from '../../src/core/json/json.ts';
import { canonical } from './canonical.ts';
import { type Exchange, requestObject } from './exchange.ts';
import type { Replay, Verdict } from './replay.ts';
import { providerId, type Rig, rigKey } from './rig.ts';

/** One recorded embedding call through one door: the same body to the provider, the same vectors to the client. */
export const replayEmbeddings = async (rig: Rig, { exchange, dialect, door, lane }: Replay): Promise<Verdict> => {
  const recorded = requestObject(exchange) ?? plainBody(dialect, exchange.expect?.embeddings?.n ?? 1);
  const model = `${providerId(exchange.provider, dialect, lane)}/recorded`;
  const upstream = rig.upstreams[lane];
  if (upstream === undefined) throw new Error(`no lane ${lane}`);
  upstream.play(exchange);
  const request =
    door === dialect ? same(exchange, recorded, { dialect, model }) : other(recorded, { dialect, door, model });
  const response = await fetch(`${rig.url}${request.path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rigKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(request.body),
  });
  const body = await response.text();
  const causes: string[] = [];
  const sent = upstream.received[0]?.body;
  if (sent === undefined) causes.push(`nothing sent: ${body.slice(0, 160)}`);
  else if (door === dialect && !sameBody(dialect, JSON.parse(sent) as JsonObject, recorded))
    causes.push('upstream body differs');
  else if (clouds.has(dialect) && canonical(JSON.parse(sent)) !== canonical(saidAt(door, recorded)))
    causes.push('upstream body differs');
  causes.push(...judge(exchange, { status: response.status, body, native: door === dialect, door }));
  return { outcome: causes.length === 0 ? 'passed' : 'failed', causes };
};

const clouds: ReadonlySet<DialectId> = new Set(['amazon-titan', 'vertex-predict']);

/** Members of Titan's own pass from clients of OpenAI's shape only; Cohere's clients say what the vectors are for. */
const saidAt = (door: DialectId, { normalize, instances, ...recorded }: JsonObject): JsonObject => {
  const purpose = door === 'cohere' ? { task_type: 'RETRIEVAL_DOCUMENT' } : {};
  return {
    ...recorded,
    ...(door === 'openai-chat' && normalize !== undefined ? { normalize } : {}),
    ...(isArray(instances) ? { instances: instances.map((one) => ({ ...objectAt({ one }, 'one'), ...purpose })) } : {}),
  };
};

/** The least a client can ask for so many vectors, for recordings without their request. */
const plainBody = (dialect: DialectId, vectors: number): JsonObject => {
  const texts = Array.from({ length: vectors }, () => 'Hello');
  return dialect === 'gemini'
    ? { requests: texts.map((text) => ({ content: { parts: [{ text }] } })) }
    : dialect === 'cohere'
      ? { texts, input_type: 'search_document' }
      : { input: vectors === 1 ? 'Hello' : texts };
};

const paths: Readonly<Partial<Record<DialectId, string>>> = { ollama: '/api/embed', cohere: '/v2/embed' };

const pathOf = (door: DialectId): string => paths[door] ?? '/v1/embeddings';

const same = (exchange: Exchange, recorded: JsonObject, how: { dialect: DialectId; model: string }) => {
  if (how.dialect !== 'gemini') return { path: pathOf(how.dialect), body: { ...recorded, model: how.model } };
  const method = recorded['requests'] === undefined ? 'embedContent' : 'batchEmbedContents';
  return { path: `/v1beta/models/${how.model}:${method}`, body: recorded, url: exchange.url };
};

const other = (recorded: JsonObject, how: { dialect: DialectId; door: DialectId; model: string }) => {
  const request = (dialects[how.dialect].embeddings?.door ?? dialects['openai-chat'].embeddings?.door)?.decodeRequest(
    { ...(cloudRequest(recorded) ?? recorded), model: how.model },
    { model: how.model },
  );
  const upstream = dialects[how.door].embeddings?.upstream;
  if (request === undefined || upstream === undefined) throw new Error('no embeddings');
  const { body } = upstream.encodeRequest(request, how.model);
  const method = request.batch ? 'batchEmbedContents' : 'embedContent';
  return { path: how.door === 'gemini' ? `/v1beta/models/${how.model}:${method}` : pathOf(how.door), body };
};

/** A recorded call of a cloud's own format in OpenAI's words, which its client would have said. */
const cloudRequest = (recorded: JsonObject): JsonObject | undefined => {
  const { inputText, instances, parameters, ...rest } = recorded;
  if (inputText !== undefined) return { input: inputText, ...rest };
  if (!isArray(instances)) return undefined;
  const dimensions = objectAt({ parameters }, 'parameters')?.['outputDimensionality'];
  return {
    input: instances.map((instance) => objectAt({ instance }, 'instance')?.['content'] ?? ''),
    ...(dimensions === undefined ? {} : { dimensions }),
  };
};

const sameBody = (dialect: DialectId, sent: JsonObject, recorded: JsonObject): boolean => {
  const plain = (body: JsonObject): Json =>
    dialect === 'gemini'
      ? {
          ...body,
          model: 'm',
          requests: arrayAt(body, 'requests').map((item) => ({ ...(item as JsonObject), model: 'm' })),
        }
      : { ...body, model: 'm' };
  return canonical(plain(sent)) === canonical(plain(recorded));
};

const judge = (
  exchange: Exchange,
  answer: { readonly status: number; readonly body: string; readonly native: boolean; readonly door: DialectId },
): readonly string[] => {
  if (exchange.status >= 400) {
    const wanted = exchange.status === 401 || exchange.status === 403 ? 502 : exchange.status;
    return answer.status === wanted ? [] : [`status ${answer.status} for ${exchange.status}`];
  }
  if (answer.status !== 200) return [`status ${answer.status}: ${answer.body.slice(0, 160)}`];
  if (answer.native) return answer.body === exchange.response_body ? [] : ['answer changed'];
  const vectors = vectorsOf(JSON.parse(answer.body) as JsonObject, answer.door);
  const { n, dim, head } = exchange.expect?.embeddings ?? {};
  const causes: string[] = [];
  if (n !== undefined && vectors.length !== n) causes.push('number of vectors');
  const first = vectors[0] ?? [];
  if (dim !== undefined && first.length !== dim) causes.push('dimension');
  if (head?.some((value, index) => Math.abs(value - (first[index] ?? Number.NaN)) > 1e-4) === true)
    causes.push('values');
  return causes;
};

const vectorsOf = (answer: JsonObject, door: DialectId): readonly (readonly number[])[] => {
  if (door === 'ollama') return arrayAt(answer, 'embeddings').map(numbers);
  if (door === 'cohere') {
    const byType = objectAt(answer, 'embeddings') ?? {};
    return arrayAt(byType, byType['float'] === undefined ? 'base64' : 'float').map(numbers);
  }
  if (door !== 'gemini')
    return arrayAt(answer, 'data').map((item) => numbers(objectAt({ item }, 'item')?.['embedding']));
  const single = objectAt(answer, 'embedding');
  if (single !== undefined) return [numbers(single['values'])];
  return arrayAt(answer, 'embeddings').map((item) => numbers(objectAt({ item }, 'item')?.['values']));
};

const numbers = (value: Json | undefined): readonly number[] => {
  if (isArray(value)) return value as readonly number[];
  if (typeof value !== 'string') return [];
  const bytes = Buffer.from(value, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
};
