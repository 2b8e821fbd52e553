import type { EncodedRequest } from '../../core/dialects/dialect.ts';
import { dialects } from '../../core/dialects/index.ts';
import { type TokenCounter, tokenCounters } from '../../core/dialects/token-counters.ts';
import type { ChatRequest, DialectId } from '../../core/ir/index.ts';
import { applyEdits, type Edit } from '../../core/json/edit.ts';
import { isObject, type JsonObject } from '../../core/json/json.ts';
import { patchJson } from '../../core/json/span-patch.ts';
import { estimateTokens } from '../../core/policy/estimate-tokens.ts';
import { heldStateRefused } from '../../core/policy/held-state.ts';
import { type Route, warningsOf } from '../doors/reply-headers.ts';
import type { WireReply } from '../incoming.ts';
import { heldPin, refuseElsewhere } from './held/held-place.ts';
import { chatOf } from './prepared-chat.ts';
import type { Identified, LineTools, Target } from './records.ts';
import { targetBeside } from './routing/through-targets.ts';
import { admittedTarget } from './stages/admit.ts';
import { ask } from './stages/ask.ts';
import { bodyChanges } from './stages/body-changes.ts';
import { encodeContext } from './stages/prepare-body.ts';
import { wireCall } from './stages/wire-call.ts';
import { wholeReply } from './whole-reply.ts';

const counterOf = (id: DialectId): TokenCounter => {
  const counter = tokenCounters[id];
  if (counter === undefined) throw new Error(`The dialect ${id} cannot count tokens.`);
  return counter;
};

/** Counts a request's input tokens: by the provider when it can, in its own dialect; else by rule of thumb, with a warning that says so. */
export const runCountTokens = async (identified: Identified, tools: LineTools): Promise<WireReply> => {
  const { door, body, settlement } = identified;
  const request = counterOf(door.request).decodeRequest(body, door.model === undefined ? {} : { model: door.model });
  const pin = await heldPin(request, identified.identity, tools);
  settlement.facts.requestedModel = request.model;
  const { model } = request;
  const target = targetBeside(identified, { model, operation: 'count-tokens' }, tools);
  if (pin !== undefined && target === undefined) throw heldStateRefused(pin.field);
  if (pin !== undefined && target !== undefined) refuseElsewhere(pin, target);
  if (target !== undefined) return countByProvider(identified, { request, target }, tools);
  // Finds out whether the model exists at all before guessing.
  const chat =
    targetBeside(identified, { model, operation: 'chat' }, tools) ??
    admittedTarget(identified, { model, operation: 'chat', door: door.request });
  const route = routeOf(identified, chat, ['estimated: the provider cannot count tokens']);
  return wholeReply(
    identified.settlement,
    route,
    JSON.stringify(counterOf(door.reply).encodeAnswer(estimateTokens(request))),
  );
};

const countByProvider = async (
  identified: Identified,
  asked: { readonly request: ChatRequest; readonly target: Target },
  tools: LineTools,
): Promise<WireReply> => {
  const { door, incoming } = identified;
  const { target } = asked;
  const native = target.served.dialect === door.request;
  const { sent, losses } = native
    ? { sent: nativeBody(identified, target), losses: [] }
    : encoded(counterOf(target.served.dialect).encodeRequest(asked.request, encodeContext(target)), target);
  const route = routeOf(
    identified,
    target,
    warningsOf(losses, (field) => chatOf(door.request).door.clientField(field)),
  );
  const call = wireCall(target, sent, { method: 'countTokens', ...(native ? { client: incoming } : {}) });
  const { answer, bytes } = await ask(identified, { call, target }, tools);
  if (native) return wholeReply(identified.settlement, route, bytes);
  const tokens = counterOf(target.served.dialect).decodeAnswer(answer);
  return wholeReply(identified.settlement, route, JSON.stringify(counterOf(door.reply).encodeAnswer(tokens)));
};

const encoded = ({ body, losses }: EncodedRequest, target: Target) => ({
  sent: JSON.stringify(applyEdits(body, bodyChanges(target, body, 'count-tokens').edits)),
  losses,
});

const nativeBody = ({ bytes, body }: Identified, target: Target): Uint8Array => {
  const named = modelEdits(body, target);
  const quirky = bodyChanges(target, body, 'count-tokens').edits;
  return named.length + quirky.length === 0 ? bytes : patchJson(bytes, [...named, ...quirky]);
};

const modelEdits = (body: JsonObject, target: Target): readonly Edit[] => {
  if (dialects[target.served.dialect].modelInPath !== true)
    return [{ op: 'set', path: ['model'], value: target.model }];
  const whole = body['generateContentRequest'];
  return isObject(whole) && 'model' in whole
    ? [{ op: 'set', path: ['generateContentRequest', 'model'], value: `models/${target.model}` }]
    : [];
};

const routeOf = ({ door, settlement }: Identified, target: Target, warnings: readonly string[]): Route => {
  const lane = target.served.dialect === door.request && warnings.length === 0 ? 'native' : 'translated';
  const route: Route = { provider: target.provider.entry.id, model: target.model, lane, warnings };
  settlement.facts.lane = lane;
  settlement.facts.provider = route.provider;
  settlement.facts.model = route.model;
  settlement.facts.warnings = warnings.length;
  return route;
};
