import type { OrganisationDocument } from '../../../../core/access/documents.ts';
import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { Json, JsonObject } from '../../../../core/json/json.ts';
import { usdNumber } from '../../../../core/money/usd-number.ts';
import type { FactFilter, UsageSum } from '../../../../ports/fact-store.ts';
import { objectOrNone } from '../../../admin/every-object.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { asked } from '../../../admin/request-parts.ts';
import { organisationFor } from '../../../admin/rights.ts';
import { publicName } from '../answer/public-name.ts';
import { titleOf } from '../answer/router-metadata.ts';
import { keyByHash } from '../keys/find-key.ts';
import type { FaceCall, FaceRoute, FaceTools } from './face-route.ts';
import { keptTools } from './kept-tools.ts';

const dayMs = 86_400_000;
const shownDays = 30;
const most = 10_000;

/** What was paid in, and what was spent since ever. An organisation nobody wrote down has nothing. Where nobody pays before, the organisation's budgets are what may be spent. */
const credits = async ({ identity }: FaceCall, tools: FaceTools): Promise<Json> => {
  const { administration, facts } = await keptTools(tools);
  const orgId = organisationFor(identity, undefined);
  const scope = `organisation:${orgId}`;
  const [organisation, spend] = await Promise.all([
    objectOrNone({ identity }, 'organisation', { id: orgId, administration }),
    facts.spend(orgId, [scope]),
  ]);
  return {
    data: { total_credits: paidIn(organisation?.data ?? {}), total_usage: usdNumber(spend.get(scope) ?? 0n) },
  };
};

const paidIn = ({ credits: grants, budgets = [] }: OrganisationDocument): number => {
  if (grants !== undefined) return grants.reduce((sum, { usd }) => sum + Number(usd), 0);
  const whole = budgets.find(({ soft, models }) => soft !== true && models === undefined);
  return whole === undefined ? 0 : Number(whole.limit_usd);
};

/** The last 30 completed days, or one of them. */
const activity = async (call: FaceCall, tools: FaceTools): Promise<Json> => {
  const { facts } = await keptTools(tools);
  const filter = { ...(await activityFilter(call, tools)), ...daysAsked(call, tools) };
  const sums = await facts.sum({ filter, by: ['day', 'provider', 'model'], limit: most });
  const rows = sums.map((sum) => activityRow(sum, call));
  return { data: rows.toSorted((one, other) => String(other['date']).localeCompare(String(one['date']))) };
};

const activityFilter = async (call: FaceCall, tools: FaceTools): Promise<FactFilter> => {
  const { identity } = call;
  const orgId = organisationFor(identity, undefined);
  const [hash, user] = [asked(call, 'api_key_hash'), asked(call, 'user_id')];
  if (identity.grant?.of === 'team' && hash === undefined)
    throw new GatewayError(
      'not_allowed',
      `The key "${identity.label}" looks after a team: name one of its keys in api_key_hash.`,
    );
  return {
    orgId,
    ...(hash === undefined ? {} : { keyId: (await keyByHash(call, hash, tools)).id }),
    ...(user === undefined ? {} : { userId: user }),
  };
};

const daysAsked = (call: FaceCall, { clock }: FaceTools): { readonly fromMs: number; readonly toMs: number } => {
  const todayMs = Math.floor(clock.wallMs() / dayMs) * dayMs;
  const date = asked(call, 'date');
  if (date === undefined) return { fromMs: todayMs - shownDays * dayMs, toMs: todayMs };
  const fromMs = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(fromMs)) throw invalid('date', 'must be a day such as "2026-01-31"');
  if (fromMs >= todayMs || fromMs < todayMs - shownDays * dayMs)
    throw invalid('date', `must be one of the last ${shownDays} completed days (UTC)`);
  return { fromMs, toMs: fromMs + dayMs };
};

const activityRow = (sum: UsageSum, { config }: FaceCall): JsonObject => {
  const { provider = '', model = '', day = '0' } = sum.group;
  const name = publicName(config, provider, model);
  return {
    date: new Date(Number(day)).toISOString().slice(0, 10),
    model: name,
    model_permaslug: name,
    endpoint_id: `${provider}/${model}`,
    provider_name: titleOf(config, provider),
    usage: usdNumber(sum.nanoUsd),
    byok_usage_inference: 0,
    requests: Number(sum.requests),
    prompt_tokens: Number(sum.inputTokens),
    completion_tokens: Number(sum.outputTokens),
    reasoning_tokens: Number(sum.reasoningTokens),
  };
};

export const accountRoutes: readonly FaceRoute[] = [
  { method: 'GET', path: '/credits', who: 'admin', run: credits },
  { method: 'GET', path: '/activity', who: 'admin', run: activity },
];
