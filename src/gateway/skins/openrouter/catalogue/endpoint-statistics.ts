import type { AttemptFact, ExchangeFact } from '../../../../core/facts/exchange-fact.ts';
import type { JsonObject } from '../../../../core/json/json.ts';
import type { FactPlace, FactStore } from '../../../../ports/fact-store.ts';

const minuteMs = 60_000;
const onPage = 500;
/** The newest of a day; older ones change little. */
const most = 5000;
/** A share of fewer calls says nothing. */
const fewest = 100;

/** What an organisation's calls of the last day tell about a target. Percentiles are of the last 30 minutes; a share is in percent. */
export interface EndpointStatistics {
  readonly latency: JsonObject | null;
  readonly throughput: JsonObject | null;
  readonly uptime5m: number | null;
  readonly uptime30m: number | null;
  readonly uptime1d: number | null;
}

export const noStatistics: EndpointStatistics = {
  latency: null,
  throughput: null,
  uptime5m: null,
  uptime30m: null,
  uptime1d: null,
};

/** The organisation's calls of the last day, newest first. */
export const recentFacts = async (
  facts: FactStore,
  { orgId, nowMs }: { readonly orgId: string; readonly nowMs: number },
): Promise<readonly ExchangeFact[]> => {
  const found: ExchangeFact[] = [];
  const filter = { orgId, fromMs: nowMs - 24 * 60 * minuteMs };
  let before: FactPlace | undefined;
  do {
    const page = await facts.list({ filter, limit: onPage, ...(before === undefined ? {} : { before }) });
    found.push(...page.facts);
    before = page.next;
  } while (before !== undefined && found.length < most);
  return found;
};

/** Statuses that are the caller's doing, or are counted elsewhere: they say nothing about whether a target is up. */
const ofCaller: ReadonlySet<number> = new Set([400, 403, 408, 413, 422, 429, 499]);

const isSuccess = ({ status = 200 }: AttemptFact): boolean => status < 400;

const uptime = (attempts: readonly AttemptFact[]): number | null => {
  if (attempts.length < fewest) return null;
  const counted = attempts.filter(({ status = 200 }) => !ofCaller.has(status));
  if (counted.length === 0) return null;
  return Math.round((counted.filter(isSuccess).length / counted.length) * 10_000) / 100;
};

export const statisticsOf = (target: string, facts: readonly ExchangeFact[], nowMs: number): EndpointStatistics => {
  const since = (minutes: number): readonly ExchangeFact[] =>
    facts.filter(({ atMs }) => atMs >= nowMs - minutes * minuteMs);
  const tried = (from: readonly ExchangeFact[]): readonly AttemptFact[] =>
    from.flatMap(({ attempts }) => attempts.filter((attempt) => attempt.target === target));
  const lately = since(30).filter(({ provider, model, status }) => `${provider}/${model}` === target && status < 400);
  return {
    latency: percentiles(
      lately.flatMap(({ stream, firstByteMs }) => (stream && firstByteMs !== undefined ? [firstByteMs] : [])),
    ),
    throughput: percentiles(
      lately.flatMap(({ outputTokens, durationMs }) =>
        outputTokens === undefined || durationMs <= 0 ? [] : [(outputTokens * 1000) / durationMs],
      ),
    ),
    uptime5m: uptime(tried(since(5))),
    uptime30m: uptime(tried(since(30))),
    uptime1d: uptime(tried(facts)),
  };
};

const percentiles = (values: readonly number[]): JsonObject | null => {
  if (values.length === 0) return null;
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number => {
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
    return Math.round(value * 100) / 100;
  };
  return { p50: at(0.5), p75: at(0.75), p90: at(0.9), p99: at(0.99) };
};
