import { classifyFailure } from '../../../../core/errors/failure-class.ts';
import type { GatewayError } from '../../../../core/errors/gateway-error.ts';
import { isString, type Json, type JsonObject } from '../../../../core/json/json.ts';
import type { Decision, DecisionReason } from '../../../../core/routing/decision.ts';
import type { Settlement } from '../../../line/settlement.ts';

/** Why nobody could serve a request, and what may be done. */
export interface Availability {
  readonly status: number;
  readonly body: JsonObject;
}

interface Exclusion {
  readonly by: string;
  /** The member of `provider` that holds the bound; absent where it is none. */
  readonly field?: string;
}

const exclusions: Readonly<Partial<Record<DecisionReason, Exclusion>>> = {
  'context-window': { by: 'context_length', field: 'context_length' },
  'max-price': { by: 'max_price', field: 'max_price' },
  'price-unknown': { by: 'max_price', field: 'max_price' },
  parameters: { by: 'require_parameters', field: 'require_parameters' },
  'max-output': { by: 'require_parameters', field: 'max_tokens' },
  'not-in-only': { by: 'allowed_providers' },
  ignored: { by: 'allowed_providers' },
  forbidden: { by: 'allowed_providers' },
};

const docsUrl = 'https://openrouter.ai/docs/api_reference/errors-and-debugging';

/** Of an exchange that ended before any answer; undefined when it was not for want of somebody to serve it. */
export const availabilityOf = (error: GatewayError, settlement: Settlement): Availability | undefined => {
  const { decision, tried = [], requestedModel } = settlement.facts;
  const models = [...new Set(settlement.requestedModels ?? (requestedModel === undefined ? [] : [requestedModel]))];
  const base = { requested_models: models, docs_url: docsUrl };
  if (error.code === 'model_not_found' || error.code === 'provider_not_configured')
    return absent(error, base, decision);
  if (error.code === 'unsupported_by_target' && error.detail.param === 'model')
    return { status: 400, body: { code: 'wrong_endpoint', retryable: false, ...base } };
  const retry = error.detail.retryAfterMs;
  const told = { ...base, ...(retry === undefined ? {} : { retry_after: Math.ceil(retry / 1000) }) };
  const last = classifyFailure(error);
  if (error.detail.upstream === undefined && !error.code.startsWith('upstream_')) return undefined;
  const affected = [...tried.map(({ target }) => target), targetOf(settlement)].filter(isString).map(providerOf);
  const providers = affected.length === 0 ? {} : { affected_providers: [...new Set(affected)] };
  if (last === 'rate-limit' && tried.every(({ status }) => status === 429))
    return { status: 429, body: { code: 'capacity_exhausted', retryable: true, ...told, ...providers } };
  if (last === 'model-gone' && error.detail.upstream?.status === 404)
    return { status: 404, body: { code: 'model_unavailable_upstream', retryable: false, ...told, ...providers } };
  const down = last === 'transient' || last === 'timeout';
  if (!down || tried.length === 0 || !tried.every(({ status = 500 }) => status >= 500)) return undefined;
  return { status: 503, body: { code: 'temporarily_unavailable', retryable: true, ...told, ...providers } };
};

const providerOf = (target: string): string => target.slice(0, target.indexOf('/'));

const targetOf = ({ facts: { provider, model } }: Settlement): string | undefined =>
  provider === undefined ? undefined : `${provider}/${model ?? ''}`;

const absent = (error: GatewayError, base: JsonObject, decision: Decision | undefined): Availability => {
  const nearest = error.detail.nearest ?? [];
  const fallback: Record<string, Json> = nearest.length === 0 ? {} : { fallback_models: nearest };
  const reasons = (decision?.candidates ?? []).map(({ reason }) => reason);
  if (reasons.some((reason) => reason === 'not-free'))
    return { status: 404, body: { code: 'no_endpoints', retryable: false, ...base, ...fallback } };
  const excluded = reasons.map((reason) => exclusions[reason]).filter((found) => found !== undefined);
  if (excluded.length === 0) return unknown(error, base, fallback);
  const by = { excluded_by: [...new Set(excluded.map((found) => found.by))] };
  const field = excluded.find((found) => found.field !== undefined)?.field;
  if (field === undefined || excluded.some((found) => found.field === undefined))
    return { status: 404, body: { code: 'no_endpoints', retryable: false, ...base, ...by, ...fallback } };
  const constraint = { field, detail: error.message };
  return {
    status: 404,
    body: { code: 'constraint_filtered', retryable: false, ...base, ...by, constraint, ...fallback },
  };
};

/** A model nobody here has is a wrong request; one whose providers are not set up is one without endpoints. */
const unknown = (error: GatewayError, base: JsonObject, fallback: JsonObject): Availability =>
  error.code === 'provider_not_configured'
    ? { status: 404, body: { code: 'no_endpoints', retryable: false, ...base, ...fallback } }
    : { status: 400, body: { code: 'model_not_found', retryable: false, ...base, ...fallback } };
