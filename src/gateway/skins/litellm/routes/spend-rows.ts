import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { ExchangeFact } from '../../../../core/facts/exchange-fact.ts';
import type { Json, JsonObject } from '../../../../core/json/json.ts';
import { usdNumber } from '../../../../core/money/usd-number.ts';
import type { FactFilter, FactPlace } from '../../../../ports/fact-store.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { asked } from '../../../admin/request-parts.ts';
import { organisationFor } from '../../../admin/rights.ts';
import { extrasOf, timeView } from '../fields/object-fields.ts';
import { findKey } from '../find-objects.ts';
import type { SkinCall, SkinTools } from '../skin-route.ts';

const dayMs = 86_400_000;
const onPage = 500;
const most = 10_000;

/** What a caller may see of what happened: all of the organisation, or one team's. */
export const visibleFacts = ({ identity, orgId }: SkinCall): FactFilter => ({
  orgId: organisationFor(identity, orgId),
  ...(identity.grant?.of === 'team' ? { teamId: identity.grant.teamId ?? '' } : {}),
});

/** For sums that cannot be told apart by team. Throws `not_allowed`. */
export const wholeOrganisation = (call: SkinCall): FactFilter => {
  if (call.identity.grant?.of === 'team')
    throw new GatewayError('not_allowed', `The key "${call.identity.label}" may look after its own team only.`);
  return visibleFacts(call);
};

/** `2026-01-31` or `2026-01-31 12:00:00` (UTC). A day alone is its beginning, or with `end` its end. */
export const momentAsked = (call: SkinCall, name: string, end = false): number | undefined => {
  const text = asked(call, name);
  if (text === undefined) return undefined;
  const day = /^\d{4}-\d\d-\d\d$/.test(text);
  const whole = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}${day ? '' : 'Z'}`;
  const ms = Date.parse(whole);
  if (Number.isNaN(ms))
    throw invalid(name, 'must be a day such as "2026-01-31" or a time such as "2026-01-31 12:00:00"');
  return day && end ? ms + dayMs : ms;
};

/** The questions of `/spend/logs`. */
export const factFilter = async (call: SkinCall, tools: SkinTools): Promise<FactFilter> => {
  const key = asked(call, 'api_key');
  const [user, team, customer] = [asked(call, 'user_id'), asked(call, 'team_id'), asked(call, 'end_user')];
  const [fromMs, toMs] = [momentAsked(call, 'start_date'), momentAsked(call, 'end_date', true)];
  const status = asked(call, 'status_filter');
  const visible = visibleFacts(call);
  if (team !== undefined && visible.teamId !== undefined && team !== visible.teamId)
    throw new GatewayError('not_allowed', `The key "${call.identity.label}" may look after its own team only.`);
  return {
    ...visible,
    ...(key === undefined ? {} : { keyId: (await findKey(call, key, tools)).id }),
    ...(user === undefined ? {} : { userId: user }),
    ...(team === undefined ? {} : { teamId: team }),
    ...(customer === undefined ? {} : { customer }),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
    ...(status === undefined ? {} : { failed: status === 'failure' }),
  };
};

/** The newest facts of a filter, up to `most`. */
export const factsOf = async (
  filter: FactFilter,
  { facts }: SkinTools,
  fits: (fact: ExchangeFact) => boolean = () => true,
): Promise<readonly ExchangeFact[]> => {
  const found: ExchangeFact[] = [];
  let before: FactPlace | undefined;
  do {
    const page = await facts.list({ filter, limit: onPage, ...(before === undefined ? {} : { before }) });
    found.push(...page.facts.filter(fits));
    before = page.next;
  } while (before !== undefined && found.length < most);
  return found;
};

/** Keys as their facts name them, with the hash and the name LiteLLM's clients know them by. */
export const keyNames = async (
  call: SkinCall,
  ids: Iterable<string>,
  { administration }: SkinTools,
): Promise<ReadonlyMap<string, { readonly token: string; readonly alias: string | null; readonly shown: string }>> => {
  const names = new Map<string, { readonly token: string; readonly alias: string | null; readonly shown: string }>();
  for (const id of new Set(ids)) {
    if (id === '') continue;
    names.set(id, { token: id, alias: null, shown: '' });
    try {
      const { data, alias } = await administration.get({ identity: call.identity, orgId: call.orgId }, 'key', id);
      const token = extrasOf(data)['token'];
      names.set(id, {
        token: typeof token === 'string' ? token : id,
        alias: alias ?? null,
        shown: `sk-...${data.shown.slice(-4)}`,
      });
    } catch (error) {
      // A key that was deleted, or moved to another team, keeps its id in what it did.
      if (!(error instanceof GatewayError) || error.status >= 500) throw error;
    }
  }
  return names;
};

/** Facts as rows of LiteLLM's spend log. */
export const spendRows = async (
  call: SkinCall,
  facts: readonly ExchangeFact[],
  tools: SkinTools,
): Promise<readonly JsonObject[]> => {
  const keys = await keyNames(
    call,
    facts.map(({ keyId = '' }) => keyId),
    tools,
  );
  return facts.map((fact) => spendRow(fact, keys.get(fact.keyId ?? '')));
};

const spendRow = (
  fact: ExchangeFact,
  key: { readonly token: string; readonly alias: string | null } | undefined,
): JsonObject => {
  const { inputTokens = 0, outputTokens = 0, model = '', provider = '', requestedModel = '' } = fact;
  const startMs = fact.atMs - fact.durationMs;
  return {
    request_id: fact.exchangeId,
    call_type: callTypes[fact.operation] ?? fact.operation,
    api_key: key?.token ?? fact.keyId ?? '',
    spend: usdNumber(fact.nanoUsd ?? 0n),
    total_tokens: inputTokens + outputTokens,
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    startTime: timeView(startMs),
    endTime: timeView(fact.atMs),
    completionStartTime: timeView(startMs + (fact.firstByteMs ?? fact.durationMs)),
    request_duration_ms: Math.round(fact.durationMs),
    model,
    model_id: provider === '' ? '' : `${provider}/${model}`,
    model_group: requestedModel,
    custom_llm_provider: provider,
    api_base: '',
    user: fact.userId ?? '',
    team_id: fact.teamId ?? null,
    organization_id: fact.orgId,
    end_user: fact.customer ?? '',
    request_tags: fact.tags ?? [],
    cache_hit: 'False',
    cache_key: '',
    session_id: fact.sessionId ?? null,
    status: fact.status < 400 ? 'success' : 'failure',
    metadata: metadataOf(fact, key?.alias ?? null),
    messages: {},
    response: {},
  };
};

const metadataOf = (fact: ExchangeFact, alias: string | null): Json => ({
  user_api_key: fact.keyId ?? null,
  user_api_key_alias: alias,
  user_api_key_team_id: fact.teamId ?? null,
  user_api_key_user_id: fact.userId ?? null,
  usage_object: {
    prompt_tokens: fact.inputTokens ?? 0,
    completion_tokens: fact.outputTokens ?? 0,
    cache_read_input_tokens: fact.cacheReadTokens ?? 0,
    cache_creation_input_tokens: fact.cacheWriteTokens ?? 0,
    reasoning_tokens: fact.reasoningTokens ?? 0,
  },
  attempted_retries: Math.max(0, fact.attempts.length - 1),
  ...(fact.errorCode === undefined
    ? {}
    : { error_information: { error_code: String(fact.status), error_class: fact.errorCode } }),
});

const callTypes: Readonly<Record<string, string>> = {
  chat: 'acompletion',
  embeddings: 'aembedding',
  rerank: 'arerank',
  moderations: 'amoderation',
};
