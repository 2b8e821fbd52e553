import type { BudgetDocument, KeyDocument } from '../../../../core/access/documents.ts';
import { scopeBudgets } from '../../../../core/access/scope-budgets.ts';
import type { JsonObject } from '../../../../core/json/json.ts';
import { usdNumber } from '../../../../core/money/usd-number.ts';
import type { StoredObject } from '../../../../ports/admin-store.ts';
import type { FactFilter } from '../../../../ports/fact-store.ts';
import type { KeptTools } from '../api/face-route.ts';

const dayMs = 86_400_000;
const most = 10_000;

/** The beginnings of the day, of the week (a Monday) and of the month a moment is in, UTC. */
export const windowStarts = (
  nowMs: number,
): { readonly day: number; readonly week: number; readonly month: number } => {
  const day = Math.floor(nowMs / dayMs) * dayMs;
  const now = new Date(nowMs);
  const weekday = (now.getUTCDay() + 6) % 7;
  return { day, week: day - weekday * dayMs, month: Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1) };
};

/** Nano-dollars. */
export interface Windows {
  readonly all: bigint;
  readonly day: bigint;
  readonly week: bigint;
  readonly month: bigint;
}

/** What keys have spent, by id: since ever, and in the windows that are open now. One question for each window, however many keys. */
export const keySpend = async (
  { orgId, ids, nowMs }: { readonly orgId: string; readonly ids: readonly string[]; readonly nowMs: number },
  { facts }: Pick<KeptTools, 'facts'>,
): Promise<ReadonlyMap<string, Windows>> => {
  const starts = windowStarts(nowMs);
  const [only] = ids;
  const filter: FactFilter = { orgId, ...(ids.length === 1 && only !== undefined ? { keyId: only } : {}) };
  const since = async (fromMs: number): Promise<ReadonlyMap<string, bigint>> => {
    const sums = await facts.sum({ filter: { ...filter, fromMs }, by: ['key'], limit: most });
    return new Map(sums.map(({ group, nanoUsd }) => [group.key ?? '', nanoUsd]));
  };
  const [all, day, week, month] = await Promise.all([
    facts.spend(
      orgId,
      ids.map((id) => `key:${id}`),
    ),
    since(starts.day),
    since(starts.week),
    since(starts.month),
  ]);
  return new Map(
    ids.map((id) => [
      id,
      {
        all: all.get(`key:${id}`) ?? 0n,
        day: day.get(id) ?? 0n,
        week: week.get(id) ?? 0n,
        month: month.get(id) ?? 0n,
      },
    ]),
  );
};

const nothing: Windows = { all: 0n, day: 0n, week: 0n, month: 0n };

/** Calls with an organisation's own key at a provider are charged to budgets like all others, so they stand in `usage` with them. */
export const usageView = ({ all, day, week, month }: Windows = nothing): JsonObject => ({
  usage: usdNumber(all),
  usage_daily: usdNumber(day),
  usage_weekly: usdNumber(week),
  usage_monthly: usdNumber(month),
  byok_usage: 0,
  byok_usage_daily: 0,
  byok_usage_weekly: 0,
  byok_usage_monthly: 0,
  include_byok_in_limit: true,
});

const resets: Readonly<Record<string, string>> = { day: 'daily', week: 'weekly', month: 'monthly' };

/** The budget that is a key's limit here: the first one that counts every call and refuses. */
export const limitOf = ({ budgets }: KeyDocument): BudgetDocument | undefined =>
  budgets?.find(({ soft, models }) => soft !== true && models === undefined);

export const limitView = (
  { data, orgId, id }: Pick<StoredObject<'key'>, 'data' | 'orgId' | 'id'>,
  { standing }: Pick<KeptTools, 'standing'>,
): JsonObject => {
  const limit = limitOf(data);
  if (limit === undefined) return { limit: null, limit_remaining: null, limit_reset: null };
  const [budget] = scopeBudgets([limit], { home: orgId, scope: `key:${id}` });
  const settled = budget === undefined ? 0n : standing(budget).settledNanoUsd;
  const most = budget?.limitNanoUsd ?? 0n;
  return {
    limit: usdNumber(most),
    limit_remaining: usdNumber(most > settled ? most - settled : 0n),
    limit_reset: typeof limit.window === 'string' ? (resets[limit.window] ?? null) : null,
  };
};
