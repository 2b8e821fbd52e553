import type { Json, JsonObject } from '../../../../core/json/json.ts';
import { usdNumber } from '../../../../core/money/usd-number.ts';
import type { SumDimension, UsageSum } from '../../../../ports/fact-store.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { asked } from '../../../admin/request-parts.ts';
import { timeView } from '../fields/object-fields.ts';
import type { SkinCall, SkinRoute, SkinTools } from '../skin-route.ts';
import { factFilter, keyNames, momentAsked, wholeOrganisation } from './spend-rows.ts';

const mostSums = 10_000;
const usualDays = 30;
const dayMs = 86_400_000;

/** Sums of the days asked for, the last thirty without any. */
const sumsBy = async (call: SkinCall, by: readonly SumDimension[], tools: SkinTools): Promise<readonly UsageSum[]> => {
  const filter = await factFilter(call, tools);
  const fromMs = filter.fromMs ?? tools.clock.wallMs() - usualDays * dayMs;
  return tools.facts.sum({ filter: { ...filter, fromMs }, by, limit: mostSums });
};

const dayOf = ({ group }: UsageSum): string => timeView(Number(group.day ?? 0)).slice(0, 10);

const grouped = (
  sums: readonly UsageSum[],
  nameOf: (sum: UsageSum) => string,
): ReadonlyMap<string, readonly UsageSum[]> => {
  const found = new Map<string, UsageSum[]>();
  for (const sum of sums) found.set(nameOf(sum), [...(found.get(nameOf(sum)) ?? []), sum]);
  return new Map([...found].toSorted(([one], [other]) => (one < other ? -1 : 1)));
};

const total = (sums: readonly UsageSum[], part: (sum: UsageSum) => bigint): bigint =>
  sums.reduce((all, sum) => all + part(sum), 0n);

const spendOf = (sums: readonly UsageSum[]): number => usdNumber(total(sums, ({ nanoUsd }) => nanoUsd));
const tokensOf = (sums: readonly UsageSum[]): number =>
  Number(total(sums, ({ inputTokens, outputTokens }) => inputTokens + outputTokens));
const requestsOf = (sums: readonly UsageSum[]): number => Number(total(sums, ({ requests }) => requests));

/** The spend of each day. */
const spendByDay = async (call: SkinCall, tools: SkinTools): Promise<Json> =>
  [...grouped(await sumsBy(call, ['day'], tools), dayOf)].map(([date, sums]) => ({ date, spend: spendOf(sums) }));

const shortDays = new Intl.DateTimeFormat('en-US', { month: 'short', day: '2-digit', timeZone: 'UTC' });

/** Month and day, as charts of LiteLLM's have days. */
const shortDay = (sum: UsageSum): string => {
  return shortDays.format(Number(sum.group.day ?? 0));
};

const activityOf = (sums: readonly UsageSum[]): JsonObject => {
  const ordered = sums.toSorted((one, other) => Number(one.group.day ?? 0) - Number(other.group.day ?? 0));
  const days = new Map<string, UsageSum[]>();
  for (const sum of ordered) days.set(shortDay(sum), [...(days.get(shortDay(sum)) ?? []), sum]);
  return {
    daily_data: [...days].map(([date, ofDay]) => ({
      date,
      api_requests: requestsOf(ofDay),
      total_tokens: tokensOf(ofDay),
    })),
    sum_api_requests: requestsOf(sums),
    sum_total_tokens: tokensOf(sums),
  };
};

const activity = async (call: SkinCall, tools: SkinTools): Promise<Json> =>
  activityOf(await sumsBy(call, ['day'], tools));

const activityByModel = async (call: SkinCall, tools: SkinTools): Promise<Json> =>
  [...grouped(await sumsBy(call, ['day', 'model'], tools), ({ group }) => group.model ?? '')].map(([model, sums]) => ({
    model,
    ...activityOf(sums),
  }));

const tagSums = (call: SkinCall, { facts }: SkinTools) => {
  const [fromMs, toMs] = [momentAsked(call, 'start_date'), momentAsked(call, 'end_date', true)];
  return facts.sumTags({
    orgId: wholeOrganisation(call).orgId,
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
  });
};

const tagNames = async (call: SkinCall, tools: SkinTools): Promise<Json> => ({
  tag_names: (await tagSums(call, tools)).map(({ tag }) => tag).toSorted(),
});

const distinctTags = async (call: SkinCall, tools: SkinTools): Promise<Json> => ({
  results: (await tagSums(call, tools)).map(({ tag }) => ({ tag })),
});

const spendByTag = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const wanted = asked(call, 'tags')?.split(',');
  return {
    spend_per_tag: (await tagSums(call, tools))
      .filter(({ tag }) => wanted === undefined || wanted.includes('all-tags') || wanted.includes(tag))
      .map(({ tag, requests, nanoUsd }) => ({ name: tag, spend: usdNumber(nanoUsd), log_count: Number(requests) })),
  };
};

/** What each of them spent, day by day, with the models it was spent on. */
const report = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const by = asked(call, 'group_by') ?? 'team';
  if (by === 'api_key' || asked(call, 'api_key') !== undefined) return reportByKey(call, tools);
  if (by !== 'team' && by !== 'customer') throw invalid('group_by', 'must be "team", "customer" or "api_key"');
  const sums = await sumsBy(call, ['day', by, 'key', 'model'], tools);
  const names = await keyNames(
    call,
    sums.map(({ group }) => group.key ?? ''),
    tools,
  );
  return [...grouped(sums, dayOf)].map(([day, ofDay]) => ({
    group_by_day: day,
    [by === 'team' ? 'teams' : 'customers']: [...grouped(ofDay, ({ group }) => group[by] ?? '')].map(([name, own]) => ({
      [by === 'team' ? 'team_name' : 'customer']: name,
      total_spend: spendOf(own),
      metadata: own.map((sum) => ({
        model: sum.group.model ?? '',
        spend: usdNumber(sum.nanoUsd),
        total_tokens: tokensOf([sum]),
        api_key: names.get(sum.group.key ?? '')?.token ?? sum.group.key ?? '',
      })),
    })),
  }));
};

const reportByKey = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const sums = await sumsBy(call, ['key', 'model'], tools);
  const names = await keyNames(
    call,
    sums.map(({ group }) => group.key ?? ''),
    tools,
  );
  return [...grouped(sums, ({ group }) => group.key ?? '')].map(([key, own]) => ({
    api_key: names.get(key)?.token ?? key,
    total_cost: spendOf(own),
    total_input_tokens: Number(total(own, ({ inputTokens }) => inputTokens)),
    total_output_tokens: Number(total(own, ({ outputTokens }) => outputTokens)),
    model_details: own.map((sum) => ({
      model: sum.group.model ?? '',
      total_cost: usdNumber(sum.nanoUsd),
      total_input_tokens: Number(sum.inputTokens),
      total_output_tokens: Number(sum.outputTokens),
    })),
  }));
};

export const reportRoutes: readonly SkinRoute[] = [
  { method: 'GET', path: '/global/spend/logs', who: 'admin', run: spendByDay },
  { method: 'GET', path: '/global/spend/tags', who: 'admin', run: spendByTag },
  { method: 'GET', path: '/global/spend/all_tag_names', who: 'admin', run: tagNames },
  { method: 'GET', path: '/global/spend/report', who: 'admin', run: report },
  { method: 'GET', path: '/global/activity', who: 'admin', run: activity },
  { method: 'GET', path: '/global/activity/model', who: 'admin', run: activityByModel },
  { method: 'GET', path: '/tag/distinct', who: 'admin', run: distinctTags },
];
