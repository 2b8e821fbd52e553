import type { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { RateKind, RateStanding } from '../../../core/policy/rate-limit/rate-standing.ts';

/** LiteLLM's words for what has a limit. */
const descriptors: Readonly<Record<string, string>> = {
  key: 'api_key',
  user: 'user',
  team: 'team',
  member: 'team_member',
  customer: 'end_user',
  organisation: 'organization',
  project: 'project',
  tag: 'tag',
};

/** And for what is counted. Of the two limits of requests, the one a minute has the name. */
const counted: Readonly<Record<RateKind, string | undefined>> = {
  requestsPerMinute: 'requests',
  requestsPerDay: undefined,
  tokensPerMinute: 'tokens',
  inputTokensPerMinute: 'input-tokens',
  outputTokensPerMinute: 'output-tokens',
  parallelRequests: 'max_parallel_requests',
};

/**
 * `x-ratelimit-api_key-limit-requests`, `-remaining-requests` and their like for every limit of a call; what is narrowed to models is `model_per_key`, and the
 * key's own limits of the model stand under the model's name too.
 */
export const descriptorHeaders = (
  standings: readonly RateStanding[],
  { model, keyId }: { readonly model: string | undefined; readonly keyId: string | undefined },
): Readonly<Record<string, string>> => {
  const headers: Record<string, string> = {};
  for (const standing of standings) {
    const { kind, limit, models, scope } = standing;
    const what = counted[kind];
    if (what === undefined) continue;
    const remaining = String(Math.max(0, standing.remaining));
    const name = `x-ratelimit-${descriptorOf(scope, models !== undefined)}`;
    headers[`${name}-limit-${what}`] = String(limit);
    headers[`${name}-remaining-${what}`] = remaining;
    const ofModel = models !== undefined && scope === `key:${keyId}` && (what === 'requests' || what === 'tokens');
    if (ofModel && model !== undefined) headers[`x-litellm-key-remaining-${what}-${headerName(model)}`] = remaining;
  }
  return headers;
};

const descriptorOf = (scope: string, narrowed: boolean): string => {
  const kind = scope.slice(0, scope.indexOf(':'));
  if (narrowed) return `model_per_${kind === 'key' || kind === 'team' ? kind : (descriptors[kind] ?? kind)}`;
  return descriptors[kind] ?? kind;
};

/** Names of headers hold few characters. */
const headerName = (model: string): string => model.replaceAll(/[^A-Za-z0-9!#$%&'*+.^_`|~-]/g, '-').slice(0, 200);

const types: Readonly<Record<RateKind, string>> = {
  requestsPerMinute: 'requests',
  requestsPerDay: 'requests',
  tokensPerMinute: 'tokens',
  inputTokensPerMinute: 'tokens',
  outputTokensPerMinute: 'tokens',
  parallelRequests: 'max_parallel_requests',
};

/** What a refusal says of the limit: its kind, and when it is free again. */
export const refusalHeaders = (
  { detail: { rate, retryAfterMs = 0 } }: GatewayError,
  nowMs: number,
): Readonly<Record<string, string>> =>
  rate === undefined
    ? {}
    : {
        rate_limit_type: types[rate.kind],
        reset_at: `${new Date(nowMs + retryAfterMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
      };
