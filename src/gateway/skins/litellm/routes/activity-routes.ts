import type { Json, JsonObject } from '../../../../core/json/json.ts';
import { usdNumber } from '../../../../core/money/usd-number.ts';
import type { UsageSum } from '../../../../ports/fact-store.ts';
import { asked } from '../../../admin/request-parts.ts';
import { timeView } from '../fields/object-fields.ts';
import { cut, pageAsked } from '../find-objects.ts';
import type { SkinCall, SkinRoute, SkinTools } from '../skin-route.ts';
import { factFilter, keyNames } from './spend-rows.ts';

const most = 10_000;

interface Metrics {
  spend: bigint;
  input: bigint;
  output: bigint;
  cacheRead: bigint;
  cacheWrite: bigint;
  requests: bigint;
  failures: bigint;
}

const nothing = (): Metrics => ({
  spend: 0n,
  input: 0n,
  output: 0n,
  cacheRead: 0n,
  cacheWrite: 0n,
  requests: 0n,
  failures: 0n,
});

const add = (metrics: Metrics, sum: UsageSum): void => {
  metrics.spend += sum.nanoUsd;
  metrics.input += sum.inputTokens;
  metrics.output += sum.outputTokens;
  metrics.cacheRead += sum.cacheReadTokens;
  metrics.cacheWrite += sum.cacheWriteTokens;
  metrics.requests += sum.requests;
  metrics.failures += sum.failures;
};

const view = (metrics: Metrics): JsonObject => ({
  spend: usdNumber(metrics.spend),
  prompt_tokens: Number(metrics.input),
  completion_tokens: Number(metrics.output),
  cache_read_input_tokens: Number(metrics.cacheRead),
  cache_creation_input_tokens: Number(metrics.cacheWrite),
  total_tokens: Number(metrics.input + metrics.output),
  successful_requests: Number(metrics.requests - metrics.failures),
  failed_requests: Number(metrics.failures),
  api_requests: Number(metrics.requests),
});

/** By what a day is broken down. */
const breakdowns = { models: 'model', providers: 'provider', api_keys: 'key', entities: 'user' } as const;

const daily = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const at = pageAsked(call, { size: 'page_size', usual: 50 });
  const model = asked(call, 'model');
  const filter = { ...(await factFilter(call, tools)), ...(model === undefined ? {} : { model }) };
  const sums = await tools.facts.sum({ filter, by: ['day', 'key', 'user', 'provider', 'model'], limit: most });
  const names = await keyNames(
    call,
    sums.map(({ group }) => group.key ?? ''),
    tools,
  );
  const all = nothing();
  const byDay = new Map<number, UsageSum[]>();
  for (const sum of sums) {
    add(all, sum);
    const day = Number(sum.group.day ?? 0);
    byDay.set(day, [...(byDay.get(day) ?? []), sum]);
  }
  const days = [...byDay].toSorted(([one], [other]) => other - one);
  const { items, pages } = cut(days, at);
  return {
    results: items.map(([day, ofDay]) => dayView(day, ofDay, (key) => names.get(key)?.token ?? key)),
    metadata: { ...totals(all), page: at.page, total_pages: pages, has_more: at.page < pages },
  };
};

const dayView = (day: number, sums: readonly UsageSum[], token: (key: string) => string): JsonObject => {
  const metrics = nothing();
  for (const sum of sums) add(metrics, sum);
  const broken = Object.entries(breakdowns).map(([name, by]) => {
    const parts = new Map<string, Metrics>();
    for (const sum of sums) {
      const value = sum.group[by] ?? '';
      const part = by === 'key' ? token(value) : value;
      const known = parts.get(part) ?? nothing();
      parts.set(part, known);
      add(known, sum);
    }
    return [name, Object.fromEntries([...parts].map(([part, of]) => [part, { metrics: view(of), metadata: {} }]))];
  });
  return {
    date: timeView(day).slice(0, 10),
    metrics: view(metrics),
    breakdown: { model_groups: {}, mcp_servers: {}, endpoints: {}, ...Object.fromEntries(broken) },
  };
};

const totals = (all: Metrics): JsonObject =>
  Object.fromEntries(Object.entries(view(all)).map(([name, value]) => [`total_${name.replace(/^total_/, '')}`, value]));

const mostDays = 1000;

/** All days on one page. */
const aggregated = (call: SkinCall, tools: SkinTools): Promise<Json> =>
  daily({ ...call, query: new Map([...call.query, ['page', ['1']], ['page_size', [String(mostDays)]]]) }, tools);

export const activityRoutes: readonly SkinRoute[] = [
  { method: 'GET', path: '/user/daily/activity', who: 'admin', run: daily },
  { method: 'GET', path: '/team/daily/activity', who: 'admin', run: daily },
  { method: 'GET', path: '/customer/daily/activity', who: 'admin', run: daily },
  { method: 'GET', path: '/end_user/daily/activity', who: 'admin', run: daily },
  { method: 'GET', path: '/organization/daily/activity', who: 'admin', run: daily },
  { method: 'GET', path: '/user/daily/activity/aggregated', who: 'admin', run: aggregated },
];
