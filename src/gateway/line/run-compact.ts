import { GatewayError } from '../../core/errors/gateway-error.ts';
import { patchJson } from '../../core/json/span-patch.ts';
import type { Route } from '../doors/reply-headers.ts';
import type { WireReply } from '../incoming.ts';
import { heldPin, refuseElsewhere } from './held/held-place.ts';
import { chatOf } from './prepared-chat.ts';
import type { Identified, LineTools } from './records.ts';
import { targetBeside } from './routing/through-targets.ts';
import { ask } from './stages/ask.ts';
import { wireCall } from './stages/wire-call.ts';
import { wholeReply } from './whole-reply.ts';

/**
 * Compacts a conversation (`/v1/responses/compact`). The compacted item is sealed by the provider that made it, so this passes natively or not at
 * all.
 */
export const runCompact = async (identified: Identified, tools: LineTools): Promise<WireReply> => {
  const { door, body, bytes, settlement, incoming } = identified;
  const request = chatOf(door.request).door.decodeRequest(body, {});
  const pin = await heldPin(request, identified.identity, tools);
  const target = targetBeside(identified, { model: request.model, operation: 'compact' }, tools);
  if (target?.served.dialect !== door.request) {
    throw new GatewayError(
      'unsupported_by_target',
      `The provider behind "${request.model}" cannot compact conversations. Choose a model of a provider that can.`,
      { param: 'model' },
    );
  }
  if (pin !== undefined) refuseElsewhere(pin, target);
  const route: Route = { provider: target.provider.entry.id, model: target.model, lane: 'native', warnings: [] };
  settlement.facts.requestedModel = request.model;
  settlement.facts.lane = 'native';
  settlement.facts.provider = route.provider;
  settlement.facts.model = route.model;
  const sent = patchJson(bytes, [{ op: 'set', path: ['model'], value: target.model }]);
  const { bytes: answer } = await ask(
    identified,
    { call: wireCall(target, sent, { client: incoming }), target },
    tools,
  );
  return wholeReply(settlement, route, answer);
};
