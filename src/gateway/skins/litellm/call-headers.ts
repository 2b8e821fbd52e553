import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import type { GatewayError } from '../../../core/errors/gateway-error.ts';
import { usdText } from '../../../core/money/usd-text.ts';
import type { Identity } from '../../../ports/key-ring.ts';
import type { Ledger } from '../../../ports/ledger.ts';
import type { Incoming, WireReply } from '../../incoming.ts';
import type { Settlement } from '../../line/settlement.ts';
import { errorBody, statusOf } from './fields/error-body.ts';
import { descriptorHeaders, refusalHeaders } from './rate-headers.ts';

/** Whether a caller wants to be told in LiteLLM's way: with a key that was made in its manners, or by its header for keys. */
export const isLitellmCall = (caller: Identity, incoming: Incoming): boolean =>
  caller.manners === 'litellm' || incoming.header('x-litellm-api-key') !== undefined;

interface Told {
  readonly caller: Identity;
  readonly settlement: Settlement;
  readonly ledger: Ledger | undefined;
  readonly version: string | undefined;
  readonly providers: readonly ActiveProvider[];
}

/** An answer with LiteLLM's headers. The cost of a stream is not known when its headers leave; it stands in the spend log. */
export const withCallHeaders = (reply: WireReply, told: Told): WireReply => ({
  ...reply,
  headers: { ...reply.headers, ...callHeaders(told) },
});

/** A refusal with LiteLLM's headers, and with its body where a budget of a client of OpenAI's formats is spent. */
export const asRefusal = (
  reply: WireReply,
  failure: GatewayError,
  told: Told & { readonly nowMs: number },
): WireReply => {
  const { door } = told.settlement.facts;
  const spent = failure.code === 'budget_exceeded' || failure.code === 'insufficient_credits';
  const own = spent && door?.startsWith('openai') === true;
  const refusal = { ...reply, status: statusOf(failure), body: JSON.stringify(errorBody(failure)) };
  const whole = withCallHeaders(own ? refusal : reply, told);
  const { rates } = failure.detail;
  if (rates === undefined) return whole;
  const { caller, settlement } = told;
  const asked = { model: settlement.facts.requestedModel, keyId: caller.keyId };
  const limits = { ...descriptorHeaders(rates, asked), ...refusalHeaders(failure, told.nowMs) };
  return { ...whole, headers: { ...whole.headers, ...limits } };
};

const callHeaders = ({ caller, settlement, ledger, version, providers }: Told): Record<string, string> => {
  const { facts, requestId } = settlement;
  const { provider, model, requestedModel, nanoUsd, listNanoUsd, attempts = 0, durationMs, overheadMs } = facts;
  return withoutNothing({
    'x-litellm-call-id': requestId,
    'x-litellm-model-id': provider === undefined || model === undefined ? undefined : `${provider}/${model}`,
    'x-litellm-model-group': requestedModel,
    'x-litellm-model-api-base': providers.find(({ entry }) => entry.id === provider)?.entry.baseUrl,
    'x-litellm-version': version,
    'x-litellm-response-cost': nanoUsd === undefined ? undefined : usdText(nanoUsd),
    ...termsOf(nanoUsd, listNanoUsd),
    'x-litellm-attempted-retries': String(settlement.way?.triesInGroup ?? Math.max(0, attempts - 1)),
    'x-litellm-attempted-fallbacks': String(settlement.way?.fallbacks ?? 0),
    'x-litellm-response-duration-ms': isOver(durationMs) ? durationMs.toFixed(3) : undefined,
    'x-litellm-overhead-duration-ms': isOver(durationMs) ? (overheadMs ?? 0).toFixed(3) : undefined,
    ...ofKey(caller, ledger),
    ...(settlement.rates === undefined
      ? {}
      : descriptorHeaders(settlement.rates.standings(), { model: requestedModel, keyId: caller.keyId })),
  });
};

/** What a discount took off the list price, or a margin put on it. */
const termsOf = (nanoUsd: bigint | undefined, listNanoUsd: bigint | undefined) => {
  if (nanoUsd === undefined || listNanoUsd === undefined || nanoUsd === listNanoUsd) return {};
  return {
    'x-litellm-response-cost-original': usdText(listNanoUsd),
    'x-litellm-response-cost-discount-amount': nanoUsd < listNanoUsd ? usdText(listNanoUsd - nanoUsd) : undefined,
    'x-litellm-response-cost-margin-amount': nanoUsd > listNanoUsd ? usdText(nanoUsd - listNanoUsd) : undefined,
  };
};

const isOver = (durationMs: number | undefined): durationMs is number => durationMs !== undefined && durationMs > 0;

/** What the key may spend and use, and what it has spent in its budget's window. */
const ofKey = ({ keyId, budgets, limits = [] }: Identity, ledger: Ledger | undefined) => {
  const scope = `key:${keyId}`;
  const budget = budgets.find(
    (one) => one.scope === scope && one.grants === undefined && !one.soft && one.models === undefined,
  );
  const limit = limits.find((one) => one.scope === scope && one.models === undefined);
  return {
    'x-litellm-key-max-budget': budget === undefined ? undefined : usdText(budget.limitNanoUsd),
    'x-litellm-key-spend':
      budget === undefined || ledger === undefined ? undefined : usdText(ledger.standing(budget).settledNanoUsd),
    'x-litellm-key-rpm-limit': limit?.requestsPerMinute?.toString(),
    'x-litellm-key-tpm-limit': limit?.tokensPerMinute?.toString(),
  };
};

const foreign = /[^\x20-\x7e]/g;

/** Header values are ASCII. */
const withoutNothing = (headers: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value.replaceAll(foreign, '?').slice(0, 1024)]],
    ),
  );
