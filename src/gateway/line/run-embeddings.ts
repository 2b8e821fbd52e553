import type { Dialect, EmbeddingDoor, EncodedRequest } from '../../core/dialects/dialect.ts';
import { dialects } from '../../core/dialects/index.ts';
import type { DialectId, EmbeddingRequest } from '../../core/ir/index.ts';
import { applyEdits, type Edit } from '../../core/json/edit.ts';
import type { Json } from '../../core/json/json.ts';
import { patchJson } from '../../core/json/span-patch.ts';
import { type Route, warningsOf } from '../doors/reply-headers.ts';
import type { WireReply } from '../incoming.ts';
import type { Identified, LineTools, Target } from './records.ts';
import { admittedTarget } from './stages/admit.ts';
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
export const runEmbeddings = async (identified: Identified, tools: LineTools): Promise<WireReply> => {
  const { door, body, settlement } = identified;
  const half = doorOf(door.request);
  const request = half.decodeRequest(body, door.model === undefined ? {} : { model: door.model });
  const target = admittedTarget(identified, { model: request.model, operation: 'embeddings', door: door.request });
  const lane = nativeFor(identified, target) ? 'native' : 'translated';
  settlement.facts.requestedModel = request.model;
  settlement.facts.lane = lane;
  settlement.facts.provider = target.provider.entry.id;
  settlement.facts.model = target.model;
  const { sent, losses } = prepare(identified, request, { target, native: lane === 'native' });
  const route: Route = {
    provider: target.provider.entry.id,
    model: target.model,
    lane,
    warnings: warningsOf(losses, (field) => half.clientField(field)),
  };
  const method = door.batch === false ? 'embedContent' : 'batchEmbedContents';
  const call = wireCall(target, sent, {
    method: lane === 'native' ? method : request.batch ? 'batchEmbedContents' : 'embedContent',
    ...(lane === 'native' ? { client: identified.incoming } : {}),
  });
  const { answer, bytes } = await ask(identified, { call, target }, tools);
  const body200 = lane === 'native' ? bytes : JSON.stringify(translate({ identified, request, target, answer }));
  noteUsage(identified, { request, target, answer });
  settlement.facts.warnings = losses.length;
  return wholeReply(settlement, route, body200);
};

const nativeFor = (identified: Identified, target: Target): boolean =>
  target.served.dialect === identified.door.request;

const prepare = (
  identified: Identified,
  request: EmbeddingRequest,
  how: { readonly target: Target; readonly native: boolean },
): { readonly sent: Uint8Array | string; readonly losses: EncodedRequest['losses'] } => {
  const { target } = how;
  if (!how.native) {
    const { body, losses } = embeddingsOf(target.served.dialect).upstream.encodeRequest(request, target.model);
    return { sent: JSON.stringify(applyEdits(body, bodyChanges(target, body, 'embeddings').edits)), losses };
  }
  const edits: readonly Edit[] =
    target.served.dialect === 'gemini'
      ? geminiModelEdits(identified, target)
      : [{ op: 'set', path: ['model'], value: target.model }];
  return {
    sent: patchJson(identified.bytes, [...edits, ...bodyChanges(target, identified.body, 'embeddings').edits]),
    losses: [],
  };
};

/** Gemini repeats the model inside the body: once, or in every request of a batch. */
const geminiModelEdits = ({ body }: Identified, target: Target): readonly Edit[] => {
  const value = `models/${target.model}`;
  const requests = Array.isArray(body['requests']) ? (body['requests'] as readonly Json[]) : [];
  const inBatch = requests.map((_, index): Edit => ({ op: 'set', path: ['requests', index, 'model'], value }));
  return body['model'] === undefined ? inBatch : [...inBatch, { op: 'set', path: ['model'], value }];
};

interface Answered {
  readonly request: EmbeddingRequest;
  readonly target: Target;
  readonly answer: Json;
}

const translate = ({ identified, request, target, answer }: Answered & { readonly identified: Identified }): Json => {
  const response = embeddingsOf(target.served.dialect).upstream.decodeResponse(answer, request);
  return doorOf(identified.door.reply).encodeResponse(response, request, identified.requestId);
};

const noteUsage = ({ settlement }: Identified, { request, target, answer }: Answered): void => {
  try {
    const { usage } = embeddingsOf(target.served.dialect).upstream.decodeResponse(answer, request);
    if (usage !== undefined) settlement.facts.usage = usage;
  } catch {
    // A native answer in a form we do not know passes as it is, without counts.
  }
};
