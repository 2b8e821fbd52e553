import type { Dialect, EmbeddingDoor, EncodedRequest } from '../../core/dialects/dialect.ts';
import { dialects } from '../../core/dialects/index.ts';
import type { DialectId, EmbeddingRequest, EmbeddingResponse, Usage } from '../../core/ir/index.ts';
import { applyEdits, type Edit } from '../../core/json/edit.ts';
import type { Json } from '../../core/json/json.ts';
import { patchJson } from '../../core/json/span-patch.ts';
import { type Route, warningsOf } from '../doors/reply-headers.ts';
import type { WireReply } from '../incoming.ts';
import type { Identified, LineTools, Target } from './records.ts';
import { joinResponses, splitRequest } from './retrieval/embedding-parts.ts';
import { nativeEdits } from './retrieval/native-edits.ts';
import { routeAsks } from './routing/asked/route-asks.ts';
import { shapeBy } from './routing/asked/shaped-route.ts';
import { throughTargets } from './routing/through-targets.ts';
import { ask } from './stages/ask.ts';
import { bodyChanges } from './stages/body-changes.ts';
import { wireCall } from './stages/wire-call.ts';
import { wholeReply } from './whole-reply.ts';

const embeddingsOf = (id: DialectId): NonNullable<Dialect['embeddings']> => {
  const { embeddings } = dialects[id];
  if (embeddings === undefined) throw new Error(`The dialect ${id} has no embeddings.`);
  return embeddings;
};

const doorOf = (id: DialectId): EmbeddingDoor => {
  const { door } = embeddingsOf(id);
  if (door === undefined) throw new Error(`The dialect ${id} has no embeddings door.`);
  return door;
};

/** One embeddings exchange. Never streamed; vectors are written as the client asked for them. */
export const runEmbeddings = async (sent: Identified, tools: LineTools): Promise<WireReply> => {
  const asks = routeAsks(sent);
  const identified = asks?.identified ?? sent;
  const { door, body, settlement } = identified;
  const request = doorOf(door.request).decodeRequest(body, door.model === undefined ? {} : { model: door.model });
  settlement.facts.requestedModel = request.model;
  const run = (target: Target): Promise<WireReply> => embedAt(identified, { request, target }, tools);
  const shape = asks === undefined ? undefined : shapeBy(identified, asks);
  return throughTargets(identified, request.model, { tools, run, shape });
};

const embedAt = async (
  identified: Identified,
  { request, target }: { readonly request: EmbeddingRequest; readonly target: Target },
  tools: LineTools,
): Promise<WireReply> => {
  const { door, settlement } = identified;
  const half = doorOf(door.request);
  const parts = splitRequest(request, target.served.inputsPerCall);
  const lane = nativeFor(identified, target) && parts.length === 1 ? 'native' : 'translated';
  settlement.facts.lane = lane;
  settlement.facts.provider = target.provider.entry.id;
  settlement.facts.model = target.model;
  const done =
    lane === 'native'
      ? await askNatively(identified, { request, target }, tools)
      : await askTranslated(identified, { request, target, parts }, tools);
  const route: Route = {
    provider: target.provider.entry.id,
    model: target.model,
    lane,
    warnings: warningsOf(done.losses, (field) => half.clientField(field)),
  };
  settlement.facts.warnings = done.losses.length;
  if (done.usage !== undefined) settlement.facts.usage = done.usage;
  return wholeReply(settlement, route, done.body);
};

interface Asked {
  readonly request: EmbeddingRequest;
  readonly target: Target;
}

interface Done {
  readonly body: Uint8Array | string;
  readonly losses: EncodedRequest['losses'];
  readonly usage: Usage | undefined;
}

const askNatively = async (identified: Identified, { request, target }: Asked, tools: LineTools): Promise<Done> => {
  const call = wireCall(target, nativeBody(identified, target), {
    method: identified.door.batch === false ? 'embedContent' : 'batchEmbedContents',
    client: identified.incoming,
  });
  const { answer, bytes, inputTokens } = await ask(identified, { call, target }, tools);
  return { body: bytes, losses: [], usage: countedUsage(usageIn(target, answer, request), inputTokens) };
};

/** Asks once, or several times where the provider takes fewer inputs a call, one after the other. */
const askTranslated = async (
  identified: Identified,
  { request, target, parts }: Asked & { readonly parts: readonly EmbeddingRequest[] },
  tools: LineTools,
): Promise<Done> => {
  const { upstream } = embeddingsOf(target.served.dialect);
  const responses: EmbeddingResponse[] = [];
  let losses: EncodedRequest['losses'] = [];
  for (const part of parts) {
    const encoded = upstream.encodeRequest(part, target.model);
    if (responses.length === 0) losses = encoded.losses;
    const { edits } = bodyChanges(target, encoded.body, 'embeddings');
    const call = wireCall(target, JSON.stringify(applyEdits(encoded.body, edits)), {
      method: part.batch ? 'batchEmbedContents' : 'embedContent',
    });
    const { answer, inputTokens } = await ask(identified, { call, target }, tools);
    const response = upstream.decodeResponse(answer, part);
    const usage = countedUsage(response.usage, inputTokens);
    responses.push(usage === undefined ? response : { ...response, usage });
    if (parts.length > 1) identified.settlement.partAnswered(usage);
    // What was asked for is paid even when a later call fails.
    identified.settlement.facts.usage = joinResponses(responses).usage;
  }
  const whole = joinResponses(responses);
  const body = doorOf(identified.door.reply).encodeResponse(whole, request, identified.requestId);
  return { body: JSON.stringify(body), losses, usage: whole.usage };
};

const countedUsage = (usage: Usage | undefined, inputTokens: number | undefined): Usage | undefined =>
  usage ?? (inputTokens === undefined ? undefined : { inputTokens, outputTokens: 0 });

const nativeFor = (identified: Identified, target: Target): boolean =>
  target.served.dialect === identified.door.request;

const nativeBody = (identified: Identified, target: Target): Uint8Array => {
  const edits: readonly Edit[] =
    target.served.dialect === 'gemini'
      ? geminiModelEdits(identified, target)
      : [{ op: 'set', path: ['model'], value: target.model }];
  return patchJson(identified.bytes, nativeEdits(edits, bodyChanges(target, identified.body, 'embeddings').edits));
};

/** Gemini repeats the model inside the body: once, or in every request of a batch. */
const geminiModelEdits = ({ body }: Identified, target: Target): readonly Edit[] => {
  const value = `models/${target.model}`;
  const requests = Array.isArray(body['requests']) ? (body['requests'] as readonly Json[]) : [];
  const inBatch = requests.map((_, index): Edit => ({ op: 'set', path: ['requests', index, 'model'], value }));
  return body['model'] === undefined ? inBatch : [...inBatch, { op: 'set', path: ['model'], value }];
};

/** Counts of an answer that passes as it is. In a form we do not know it passes without them. */
const usageIn = (target: Target, answer: Json, request: EmbeddingRequest): Usage | undefined => {
  try {
    return embeddingsOf(target.served.dialect).upstream.decodeResponse(answer, request).usage;
  } catch {
    return undefined;
  }
};
