import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import { isObject, type Json, type JsonObject, objectAt } from '../../../../core/json/json.ts';
import type { DecisionVote } from '../../../../ports/routing/decision-store.ts';
import type { NotDiamondAnswer, NotDiamondCall, NotDiamondRoute, NotDiamondTools } from '../notdiamond-route.ts';
import { kindOf, missing, unprocessable } from '../unprocessable.ts';

/** Takes what is said of a decision of this organisation, about the model that it answered. */
const report =
  (kind: DecisionVote['kind'], read: (feedback: JsonObject) => number) =>
  async ({ identity, body }: NotDiamondCall, tools: NotDiamondTools): Promise<NotDiamondAnswer> => {
    const { session_id: id, feedback, provider } = body;
    if (typeof id !== 'string') throw id === undefined ? missing('session_id') : wrong('session_id', id, 'a string');
    if (!isObject(feedback))
      throw feedback === undefined ? missing('feedback') : wrong('feedback', feedback, 'an object');
    const value = read(feedback);
    const decision = await tools.decisions.find(identity.orgId, id);
    if (decision === undefined) throw new GatewayError('not_found', `There is no session "${id.slice(0, 100)}".`);
    await tools.decisions.vote(identity.orgId, {
      decisionId: id,
      model: modelOf(provider, answeredBy(decision.record)),
      kind,
      value,
      createdMs: tools.clock.wallMs(),
    });
    return { body: { session_id: id, feedback } };
  };

const answeredBy = (record: Json): JsonObject => objectAt(record, 'answered') ?? {};

const wrong = (field: string, value: unknown, wanted: string): GatewayError =>
  unprocessable([field], `Input should be ${wanted}, not ${kindOf(value)}`, 'type_error');

/** Only the model that was answered can have been used. Without a provider in the report it is meant. */
const modelOf = (provider: unknown, { provider: answered, model }: JsonObject): string => {
  if (provider !== undefined && provider !== null) {
    if (!isObject(provider)) throw wrong('provider', provider, 'an object with "provider" and "model"');
    const fits =
      provider['model'] === model && (provider['provider'] === undefined || provider['provider'] === answered);
    if (!fits)
      throw unprocessable(['provider'], 'This session answered another model; report on the one that was returned');
  }
  return `${String(answered)}/${String(model)}`;
};

/** `accuracy` is what clients send, `value` what some descriptions say. */
const accuracy = (feedback: JsonObject): number => {
  const given = feedback['accuracy'] ?? feedback['value'];
  if (given === undefined) throw missing('feedback', 'accuracy');
  const value = typeof given === 'boolean' ? Number(given) : given;
  if (value !== 0 && value !== 1)
    throw unprocessable(['feedback', 'accuracy'], 'Input should be 0 or 1', 'literal_error');
  return value;
};

const tokensPerSecond = (feedback: JsonObject): number => {
  const value = feedback['tokens_per_second'];
  if (value === undefined) throw missing('feedback', 'tokens_per_second');
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw unprocessable(['feedback', 'tokens_per_second'], 'Input should be a number of 0 or more', 'float_type');
  return value;
};

export const reportRoutes: readonly NotDiamondRoute[] = [
  { method: 'POST', path: '/v2/report/metrics/feedback', takes: 'json', run: report('accuracy', accuracy) },
  {
    method: 'POST',
    path: '/v2/report/metrics/latency',
    takes: 'json',
    run: report('tokens-per-second', tokensPerSecond),
  },
];
