import type { Dialect, EncodedRequest, RerankDoor } from '../../../core/dialects/dialect.ts';
import { dialects } from '../../../core/dialects/index.ts';
import type { DialectId, RerankRequest } from '../../../core/ir/index.ts';
import { applyEdits } from '../../../core/json/edit.ts';
import type { Json } from '../../../core/json/json.ts';
import { patchJson } from '../../../core/json/span-patch.ts';
import { type Route, warningsOf } from '../../doors/reply-headers.ts';
import type { WireReply } from '../../incoming.ts';
import type { Identified, LineTools, Target } from '../records.ts';
import { throughTargets } from '../routing/through-targets.ts';
import { ask } from '../stages/ask.ts';
import { bodyChanges } from '../stages/body-changes.ts';
import { wireCall } from '../stages/wire-call.ts';
import { wholeReply } from '../whole-reply.ts';
import { nativeEdits } from './native-edits.ts';

const rerankOf = (id: DialectId): NonNullable<Dialect['rerank']> => {
  const { rerank } = dialects[id];
  if (rerank === undefined) throw new Error(`The dialect ${id} has no rerank.`);
  return rerank;
};

const doorOf = (id: DialectId): RerankDoor => {
  const { door } = rerankOf(id);
  if (door === undefined) throw new Error(`The dialect ${id} has no rerank door.`);
  return door;
};

/** One rerank exchange: documents in the order of their relevance to a query. Never streamed. */
export const runRerank = async (identified: Identified, tools: LineTools): Promise<WireReply> => {
  const { door, body, settlement } = identified;
  const request = doorOf(door.request).decodeRequest(body, {});
  settlement.facts.requestedModel = request.model;
  const run = (target: Target): Promise<WireReply> => rerankAt(identified, { request, target }, tools);
  return throughTargets(identified, request.model, { tools, run });
};

const rerankAt = async (
  identified: Identified,
  { request, target }: { readonly request: RerankRequest; readonly target: Target },
  tools: LineTools,
): Promise<WireReply> => {
  const { door, settlement, incoming, requestId } = identified;
  const half = doorOf(door.request);
  const native = target.served.dialect === door.request;
  settlement.facts.lane = native ? 'native' : 'translated';
  settlement.facts.provider = target.provider.entry.id;
  settlement.facts.model = target.model;
  const { sent, losses } = prepare(identified, request, target);
  settlement.facts.warnings = losses.length;
  const route: Route = {
    provider: target.provider.entry.id,
    model: target.model,
    lane: settlement.facts.lane,
    warnings: warningsOf(losses, (field) => half.clientField(field)),
  };
  const call = wireCall(target, sent, native ? { client: incoming } : {});
  const { answer, bytes } = await ask(identified, { call, target }, tools);
  const response = readAnswer(answer, target, native);
  if (response?.usage !== undefined) settlement.facts.usage = response.usage;
  const written =
    native || response === undefined ? bytes : JSON.stringify(half.encodeResponse(response, request, requestId));
  return wholeReply(settlement, route, written);
};

const prepare = (
  { door, body, bytes }: Identified,
  request: RerankRequest,
  target: Target,
): { readonly sent: Uint8Array | string; readonly losses: EncodedRequest['losses'] } => {
  if (target.served.dialect === door.request) {
    const naming = [{ op: 'set', path: ['model'], value: target.model } as const];
    const edits = nativeEdits(naming, bodyChanges(target, body, 'rerank').edits);
    return { sent: patchJson(bytes, edits), losses: [] };
  }
  const encoded = rerankOf(target.served.dialect).upstream.encodeRequest(request, target.model);
  return {
    sent: JSON.stringify(applyEdits(encoded.body, bodyChanges(target, encoded.body, 'rerank').edits)),
    losses: encoded.losses,
  };
};

/** A native answer in a form we do not know passes as it is, without counts. */
const readAnswer = (answer: Json, target: Target, native: boolean) => {
  try {
    return rerankOf(target.served.dialect).upstream.decodeResponse(answer);
  } catch (error) {
    if (native) return undefined;
    throw error;
  }
};
