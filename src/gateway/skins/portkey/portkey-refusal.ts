import type { GatewayError } from '../../../core/errors/gateway-error.ts';
import { isObject, type JsonObject, parseJson } from '../../../core/json/json.ts';
import type { WireReply } from '../../incoming.ts';
import type { Settlement } from '../../line/settlement.ts';

/** Statuses that clients of Portkey's know otherwise: a spent budget, and a provider that took too long. */
const statuses: Readonly<Partial<Record<GatewayError['code'], number>>> = {
  budget_exceeded: 412,
  model_not_priced: 412,
  upstream_timeout: 408,
};

/** A refusal as such clients read it at the doors of OpenAI's formats; at all others it stays as it is there. */
export const asPortkeyRefusal = (reply: WireReply, failure: GatewayError, { facts }: Settlement): WireReply => {
  const status = statuses[failure.code] ?? reply.status;
  const body = facts.door?.startsWith('openai') === false ? undefined : parsed(reply.body);
  const error = body?.['error'];
  if (body === undefined || !isObject(error)) return { ...reply, status };
  const told = failure.code.startsWith('upstream_')
    ? ofProvider(failure, error, facts.provider)
    : { status: 'failure', message: failure.message, error };
  return { ...reply, status, body: JSON.stringify({ ...body, ...told }) };
};

const ofProvider = (failure: GatewayError, error: JsonObject, provider: string | undefined): JsonObject => {
  const timedOut = failure.code === 'upstream_timeout' && failure.detail.upstream === undefined;
  const message = typeof error['message'] === 'string' ? error['message'] : failure.message;
  const own = timedOut
    ? { message, type: 'timeout_error', param: null, code: null }
    : { ...error, message: provider === undefined ? message : `${provider} error: ${message}` };
  return { error: own, ...(provider === undefined ? {} : { provider }) };
};

const parsed = (body: WireReply['body']): JsonObject | undefined => {
  const value = typeof body === 'string' ? parseJson(body) : undefined;
  return isObject(value) ? value : undefined;
};
