import type { Json } from '../../../../core/json/json.ts';
import { usdNumber } from '../../../../core/money/usd-number.ts';
import { usdText } from '../../../../core/money/usd-text.ts';
import type { UsageSum } from '../../../../ports/fact-store.ts';
import { everyObject } from '../../../admin/every-object.ts';
import { asked } from '../../../admin/request-parts.ts';
import { timeView } from '../fields/object-fields.ts';
import { actingOf, cut, pageAsked, wholeAsked } from '../find-objects.ts';
import type { SkinCall, SkinRoute, SkinTools } from '../skin-route.ts';
import { calculate } from './calculate.ts';
import { shownKeys } from './key-routes.ts';
import {
  factFilter,
  factsOf,
  keyNames,
  momentAsked,
  spendRows,
  visibleFacts,
  wholeOrganisation,
} from './spend-rows.ts';
import { shownUsers } from './user-routes.ts';

const mostRows = 1000;
const mostSums = 10_000;

const logs = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const requestId = asked(call, 'request_id');
  const filter = await factFilter(call, tools);
  if (requestId !== undefined) {
    const fact = await tools.facts.find(filter.orgId, requestId);
    const seen = fact !== undefined && (filter.teamId === undefined || fact.teamId === filter.teamId);
    return seen ? spendRows(call, [fact], tools) : [];
  }
  const ranged = filter.fromMs !== undefined && filter.toMs !== undefined;
  if (ranged && asked(call, 'summarize') !== 'false')
    return days(await tools.facts.sum({ filter, by: ['day', 'user', 'model'], limit: mostSums }));
  const { facts } = await tools.facts.list({ filter, limit: mostRows });
  return spendRows(call, facts, tools);
};

/** What `/spend/logs` says of a range of days: the spend of each, by user and by model. */
const days = (sums: readonly UsageSum[]): Json => {
  const found = new Map<number, { spend: bigint; users: Map<string, bigint>; models: Map<string, bigint> }>();
  for (const { group, nanoUsd } of sums) {
    const day = Number(group.day ?? 0);
    const entry = found.get(day) ?? { spend: 0n, users: new Map(), models: new Map() };
    found.set(day, entry);
    entry.spend += nanoUsd;
    add(entry.users, group.user ?? '', nanoUsd);
    add(entry.models, group.model ?? '', nanoUsd);
  }
  return [...found.entries()]
    .toSorted(([one], [other]) => one - other)
    .map(([day, { spend, users, models }]) => ({
      startTime: timeView(day).slice(0, 10),
      spend: usdNumber(spend),
      users: floats(users),
      models: floats(models),
    }));
};

const add = (sums: Map<string, bigint>, name: string, nanoUsd: bigint): void => {
  sums.set(name, (sums.get(name) ?? 0n) + nanoUsd);
};

const floats = (sums: ReadonlyMap<string, bigint>): Readonly<Record<string, number>> =>
  Object.fromEntries([...sums].map(([name, nanoUsd]) => [name, usdNumber(nanoUsd)]));

const pagedLogs = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const at = pageAsked(call, { size: 'page_size', usual: 50 });
  const filter = await factFilter(call, tools);
  const [model, group, id] = [asked(call, 'model'), asked(call, 'model_group'), asked(call, 'request_id')];
  const [least, greatest] = [amountAsked(call, 'min_spend'), amountAsked(call, 'max_spend')];
  const facts = await factsOf(
    filter,
    tools,
    (fact) =>
      (model === undefined || fact.model === model || `${fact.provider}/${fact.model}` === model) &&
      (group === undefined || fact.requestedModel === group) &&
      (id === undefined || fact.exchangeId === id) &&
      (least === undefined || usdNumber(fact.nanoUsd ?? 0n) >= least) &&
      (greatest === undefined || usdNumber(fact.nanoUsd ?? 0n) <= greatest),
  );
  const ordered = asked(call, 'sort_order') === 'asc' ? facts.toReversed() : facts;
  const { items, total, pages } = cut(ordered, at);
  return { data: await spendRows(call, items, tools), total, page: at.page, page_size: at.size, total_pages: pages };
};

const amountAsked = (call: SkinCall, name: string): number | undefined => {
  const text = asked(call, name);
  return text === undefined || Number.isNaN(Number(text)) ? undefined : Number(text);
};

const bySpend = (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): number =>
  Number(other['spend'] ?? 0) - Number(one['spend'] ?? 0);

const keys = async (call: SkinCall, tools: SkinTools): Promise<Json> =>
  [...(await shownKeys(await everyObject(actingOf(call), 'key', tools), tools))].toSorted(bySpend);

const users = async (call: SkinCall, tools: SkinTools): Promise<Json> =>
  [...(await shownUsers(await everyObject(actingOf(call), 'user', tools), tools))].toSorted(bySpend);

const tags = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { orgId } = wholeOrganisation(call);
  const [fromMs, toMs] = [momentAsked(call, 'start_date'), momentAsked(call, 'end_date', true)];
  const sums = await tools.facts.sumTags({
    orgId,
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
  });
  return sums.map(({ tag, requests, nanoUsd }) => ({
    individual_request_tag: tag,
    log_count: Number(requests),
    total_spend: usdNumber(nanoUsd),
  }));
};

const total = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const [sum] = await tools.facts.sum({ filter: visibleFacts(call), by: [], limit: 1 });
  return { spend: usdNumber(sum?.nanoUsd ?? 0n), max_budget: 0, spend_usd: usdText(sum?.nanoUsd ?? 0n) };
};

/** Sums of the last thirty days, the largest first. */
const recent = (call: SkinCall, by: 'key' | 'model' | 'provider', { facts, clock }: SkinTools, limit: number) =>
  facts.sum({ filter: { ...visibleFacts(call), fromMs: clock.wallMs() - 30 * 86_400_000 }, by: [by], limit });

const globalKeys = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const sums = await recent(call, 'key', tools, Math.min(mostRows, wholeAsked(call, 'limit', 10)));
  const names = await keyNames(
    call,
    sums.map(({ group }) => group.key ?? ''),
    tools,
  );
  return sums.map(({ group: { key = '' }, nanoUsd }) => ({
    api_key: names.get(key)?.token ?? key,
    key_alias: names.get(key)?.alias ?? null,
    key_name: names.get(key)?.shown ?? null,
    total_spend: usdNumber(nanoUsd),
  }));
};

const globalModels = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const sums = await recent(call, 'model', tools, Math.min(mostRows, wholeAsked(call, 'limit', 10)));
  return sums.map(({ group, nanoUsd }) => ({ model: group.model ?? '', total_spend: usdNumber(nanoUsd) }));
};

const globalProviders = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const sums = await recent(call, 'provider', tools, mostRows);
  return sums.map(({ group, nanoUsd }) => ({ provider: group.provider ?? '', spend: usdNumber(nanoUsd) }));
};

const globalTeams = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const filter = { ...visibleFacts(call), fromMs: tools.clock.wallMs() - 30 * 86_400_000 };
  const sums = await tools.facts.sum({ filter, by: ['day', 'team'], limit: mostSums });
  const byDay = new Map<string, Map<string, bigint>>();
  const byTeam = new Map<string, bigint>();
  for (const { group, nanoUsd } of sums) {
    const day = timeView(Number(group.day ?? 0)).slice(0, 10);
    const ofDay = byDay.get(day) ?? new Map<string, bigint>();
    byDay.set(day, ofDay);
    add(ofDay, group.team ?? '', nanoUsd);
    add(byTeam, group.team ?? '', nanoUsd);
  }
  return {
    daily_spend: [...byDay]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([date, spend]) => ({ date, ...floats(spend) })),
    teams: [...byTeam.keys()],
    total_spend_per_team: [...byTeam].map(([team, nanoUsd]) => ({ team_id: team, total_spend: usdNumber(nanoUsd) })),
  };
};

export const spendRoutes: readonly SkinRoute[] = [
  { method: 'GET', path: '/spend/logs', who: 'admin', run: logs },
  { method: 'GET', path: '/spend/logs/v2', who: 'admin', run: pagedLogs },
  { method: 'GET', path: '/spend/keys', who: 'admin', run: keys },
  { method: 'GET', path: '/spend/users', who: 'admin', run: users },
  { method: 'GET', path: '/spend/tags', who: 'admin', run: tags },
  { method: 'GET', path: '/global/spend', who: 'admin', run: total },
  { method: 'GET', path: '/global/spend/keys', who: 'admin', run: globalKeys },
  { method: 'GET', path: '/global/spend/models', who: 'admin', run: globalModels },
  { method: 'GET', path: '/global/spend/teams', who: 'admin', run: globalTeams },
  { method: 'GET', path: '/global/spend/provider', who: 'admin', run: globalProviders },
  { method: 'POST', path: '/spend/calculate', who: 'key', run: calculate },
];
