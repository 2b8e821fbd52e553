import { GatewayError, unsupportedByTarget } from '../../../core/errors/gateway-error.ts';
import type { Cancellation } from '../../../ports/cancellation.ts';
import type { Identity } from '../../../ports/key-ring.ts';
import type { CompiledConfig } from '../../compiled-config.ts';
import type { Route } from '../../doors/reply-headers.ts';
import type { Incoming, WireReply } from '../../incoming.ts';
import type { LineTools, Target } from '../records.ts';
import { sendAuthorized } from '../sending/send-authorized.ts';
import type { Settlement } from '../settlement.ts';
import { parseAnswer, refusedBy } from '../stages/attempt.ts';
import { findTarget } from '../stages/plan.ts';
import { callBeside } from '../stages/wire-call.ts';
import { toldError } from '../telling/masked-error.ts';
import { toldAnswer } from '../telling/told-answer.ts';
import { wholeReply } from '../whole-reply.ts';
import { ownerOf, refuseElsewhere } from './held-place.ts';

/** What is asked of an answer that a provider keeps. */
export interface HeldAsk {
  readonly method: 'GET' | 'DELETE' | 'POST';
  readonly id: string;
  readonly rest: '' | '/cancel' | '/input_items';
}

export interface HeldCall {
  readonly asked: HeldAsk;
  readonly identity: Identity;
  readonly incoming: Incoming;
  readonly config: CompiledConfig;
  readonly settlement: Settlement;
  readonly cancellation: Cancellation;
}

/** Asks the provider that keeps an answer, for its owner. To everybody else it is not there. */
export const runHeld = async (call: HeldCall, tools: LineTools): Promise<WireReply> => {
  const { asked, identity, config, settlement } = call;
  const { resources } = tools;
  if (resources === undefined) throw keepsNothing();
  const thing = { kind: 'response', id: asked.id } as const;
  const place = (await resources.find(identity.orgId, [thing])).get(asked.id);
  if (place === undefined || place.owner !== ownerOf(identity)) throw notFound(asked.id);
  const model = `${place.provider}/${place.model}`;
  const target = findTarget(config, { model, operation: 'chat', door: 'openai-responses' });
  refuseElsewhere({ field: 'response_id', place }, target);
  settlement.facts.lane = 'native';
  settlement.facts.provider = place.provider;
  settlement.facts.model = place.model;
  const told = await send(call, target, tools).catch((error: unknown) => {
    throw toldError(target.provider, tools.credentials)(error);
  });
  if (asked.method === 'DELETE') await resources.remove(identity.orgId, thing);
  const route: Route = { provider: place.provider, model: place.model, lane: 'native', warnings: [] };
  return wholeReply(settlement, route, told);
};

const send = async (
  { asked, incoming, settlement, cancellation }: HeldCall,
  target: Target,
  tools: LineTools,
): Promise<Uint8Array | string> => {
  const { provider } = target;
  const rest = `/${encodeURIComponent(asked.id)}${asked.rest}`;
  const call = callBeside(target, { method: asked.method, rest, query: passedOn(incoming.query) });
  settlement.sent();
  const reply =
    provider.credentials === undefined
      ? await tools.upstream.send(call, cancellation)
      : await sendAuthorized({ call, provider }, tools, cancellation);
  if (reply.status < 200 || reply.status >= 300) throw await refusedBy(reply, target, tools);
  const bytes = await reply.readAll();
  settlement.answered();
  const answer = parseAnswer(bytes, reply.header('content-type'), { dialect: target.served.dialect });
  return toldAnswer(bytes, answer, { provider, credentials: tools.credentials });
};

/** Parameters that the provider should read; a client that sends its key so has been found by it. */
const passed: ReadonlySet<string> = new Set([
  'include',
  'include[]',
  'include%5B%5D',
  'limit',
  'order',
  'after',
  'before',
]);

const passedOn = (query: string): string => {
  const parts = query === '' ? [] : query.split('&');
  if (parts.some((part) => /^stream=(?:true|1)$/i.test(part)))
    throw unsupportedByTarget('stream', 'kept answers are given whole here. Leave `stream` out.');
  return parts.filter((part) => passed.has(part.split('=')[0] ?? '')).join('&');
};

const keepsNothing = (): GatewayError =>
  new GatewayError(
    'held_state_refused',
    'Sluice keeps no answers, so there is none to fetch, continue or delete. Send the whole conversation instead.',
  );

const notFound = (id: string): GatewayError =>
  new GatewayError('not_found', `Response with id '${id.slice(0, 100)}' not found.`);
