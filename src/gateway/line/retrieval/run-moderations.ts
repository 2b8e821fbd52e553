import { GatewayError, invalidField } from '../../../core/errors/gateway-error.ts';
import { patchJson } from '../../../core/json/span-patch.ts';
import type { CompiledConfig } from '../../compiled-config.ts';
import type { Route } from '../../doors/reply-headers.ts';
import type { WireReply } from '../../incoming.ts';
import type { Identified, LineTools } from '../records.ts';
import { admittedOptionalTarget } from '../stages/admit.ts';
import { ask } from '../stages/ask.ts';
import { wireCall } from '../stages/wire-call.ts';
import { wholeReply } from '../whole-reply.ts';

/**
 * One moderation exchange (`/v1/moderations`). Each provider has categories of its own that no other's stand for, so it passes natively or not
 * at all.
 */
export const runModerations = async (identified: Identified, tools: LineTools): Promise<WireReply> => {
  const { door, body, bytes, config, settlement, incoming } = identified;
  const model = modelOf(body['model'], config);
  if (body['input'] === undefined)
    throw invalidField('input', 'is missing; send a text, a list of texts or content parts.');
  settlement.facts.requestedModel = model;
  const target = admittedOptionalTarget(identified, { model, operation: 'moderations', door: door.request });
  if (target?.served.dialect !== door.request) {
    throw new GatewayError(
      'unsupported_by_target',
      `The provider behind "${model}" does not moderate in this format. Choose a model of a provider that does.`,
      { param: 'model' },
    );
  }
  const route: Route = { provider: target.provider.entry.id, model: target.model, lane: 'native', warnings: [] };
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

/** The model the client names, else the one that the first ready provider with a default has. */
const modelOf = (named: unknown, { providers }: CompiledConfig): string => {
  if (typeof named === 'string' && named !== '') return named;
  if (named !== undefined && named !== null && named !== '') throw invalidField('model', 'must be a string.');
  for (const { entry, ready } of providers) {
    const model = entry.defaultModels?.moderations;
    if (ready && model !== undefined) return `${entry.id}/${model}`;
  }
  throw new GatewayError(
    'missing_model',
    'model: name a moderation model, as "provider/model"; none is the default here.',
    {
      param: 'model',
    },
  );
};
