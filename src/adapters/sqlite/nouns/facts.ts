import { type ExchangeFact, factFromJson } from '../../../core/facts/exchange-fact.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type {
  FactFilter,
  FactPage,
  FactQuery,
  SumDimension,
  SumQuery,
  TagSum,
  UsageSum,
} from '../../../ports/fact-store.ts';
import type { OperationTable, StoreContext } from '../store-context.ts';

type Value = string | number | bigint;

const equals = [
  ['keyId', 'key_id'],
  ['teamId', 'team_id'],
  ['projectId', 'project_id'],
  ['userId', 'user_id'],
  ['customer', 'customer'],
  ['provider', 'provider'],
  ['model', 'model'],
] as const;

const conditions = (
  filter: FactFilter,
  time: 'at_ms' | 'hour_ms',
): { readonly sql: string[]; readonly values: Value[] } => {
  const sql = ['org_id = ?'];
  const values: Value[] = [filter.orgId];
  for (const [name, column] of equals) {
    const value = filter[name];
    if (value === undefined) continue;
    sql.push(`${column} = ?`);
    values.push(value);
  }
  if (filter.fromMs !== undefined) {
    sql.push(`${time} >= ?`);
    values.push(filter.fromMs);
  }
  if (filter.toMs !== undefined) {
    sql.push(`${time} < ?`);
    values.push(filter.toMs);
  }
  return { sql, values };
};

const list = ({ database }: StoreContext, { filter, before, limit }: FactQuery): FactPage => {
  const { sql, values } = conditions(filter, 'at_ms');
  if (filter.failed !== undefined) sql.push(filter.failed ? 'status >= 400' : 'status < 400');
  if (filter.route !== undefined) sql.push('route IS NOT NULL');
  if (typeof filter.route === 'string') {
    sql.push('route = ?');
    values.push(filter.route);
  }
  if (before !== undefined) {
    sql.push('(at_ms, exchange_id) < (?, ?)');
    values.push(before.atMs, before.exchangeId);
  }
  const rows = database
    .query(`SELECT fact FROM exchange WHERE ${sql.join(' AND ')} ORDER BY at_ms DESC, exchange_id DESC LIMIT ?`)
    .all(...values, limit + 1) as readonly { readonly fact: string }[];
  const facts = rows.slice(0, limit).flatMap(({ fact }) => factFromJson(JSON.parse(fact) as JsonObject) ?? []);
  const last = facts.at(-1);
  return rows.length <= limit || last === undefined
    ? { facts }
    : { facts, next: { atMs: last.atMs, exchangeId: last.exchangeId } };
};

const find = (
  { database }: StoreContext,
  { orgId, exchangeId }: { readonly orgId: string; readonly exchangeId: string },
): ExchangeFact | undefined => {
  const row = database
    .query('SELECT fact FROM exchange WHERE org_id = ? AND exchange_id = ?')
    .get(orgId, exchangeId) as {
    readonly fact: string;
  } | null;
  return row === null ? undefined : factFromJson(JSON.parse(row.fact) as JsonObject);
};

const columns: Readonly<Record<SumDimension, string>> = {
  hour: 'hour_ms',
  day: '(hour_ms / 86400000) * 86400000',
  key: 'key_id',
  team: 'team_id',
  project: 'project_id',
  user: 'user_id',
  customer: 'customer',
  provider: 'provider',
  model: 'model',
};

const sum = ({ database }: StoreContext, { filter, by, limit }: SumQuery): readonly UsageSum[] => {
  const { sql, values } = conditions(filter, 'hour_ms');
  const groups = by.map((dimension) => `CAST(${columns[dimension]} AS TEXT) AS "${dimension}"`);
  const sums = [
    'sum(requests) AS requests',
    'sum(failures) AS failures',
    'sum(input_tokens) AS inputTokens',
    'sum(output_tokens) AS outputTokens',
    'sum(cache_read_tokens) AS cacheReadTokens',
    'sum(cache_write_tokens) AS cacheWriteTokens',
    'sum(reasoning_tokens) AS reasoningTokens',
    'sum(nano_usd) AS nanoUsd',
    'sum(duration_ms) AS durationMs',
  ];
  const grouping =
    by.length === 0 ? 'HAVING requests IS NOT NULL' : `GROUP BY ${by.map((name) => columns[name]).join(', ')}`;
  const rows = database
    .query(
      `SELECT ${[...groups, ...sums].join(', ')} FROM usage_hour WHERE ${sql.join(' AND ')} ${grouping} ORDER BY nanoUsd DESC LIMIT ?`,
    )
    .all(...values, limit) as readonly (Record<SumDimension, string> & Omit<UsageSum, 'group'>)[];
  return rows.map((row) => {
    const { requests, failures, inputTokens, outputTokens, nanoUsd, durationMs } = row;
    const { cacheReadTokens, cacheWriteTokens, reasoningTokens } = row;
    const group = Object.fromEntries(by.map((dimension) => [dimension, row[dimension]]));
    const tokens = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens };
    return { group, requests, failures, ...tokens, nanoUsd, durationMs };
  });
};

const spendOf = (
  { database }: StoreContext,
  { orgId, scopes }: { readonly orgId: string; readonly scopes: readonly string[] },
): ReadonlyMap<string, bigint> => {
  const query = database.query('SELECT nano_usd AS nanoUsd FROM spend WHERE org_id = ? AND scope = ?');
  return new Map(
    scopes.map((scope) => [scope, (query.get(orgId, scope) as { readonly nanoUsd: bigint } | null)?.nanoUsd ?? 0n]),
  );
};

const sumTags = (
  { database }: StoreContext,
  { orgId, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER }: Pick<FactFilter, 'orgId' | 'fromMs' | 'toMs'>,
): readonly TagSum[] =>
  database
    .query(
      `SELECT tag, sum(requests) AS requests, sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens, sum(nano_usd) AS nanoUsd
         FROM tag_hour WHERE org_id = ? AND hour_ms >= ? AND hour_ms < ? GROUP BY tag ORDER BY nanoUsd DESC LIMIT 10000`,
    )
    .all(orgId, fromMs, toMs) as readonly TagSum[];

export const factOperations = {
  'facts.find': find,
  'facts.list': list,
  'facts.sum': sum,
  'facts.sumTags': sumTags,
  /** What scopes have spent since ever, by `kind:id`. */
  'facts.spend': spendOf,
} satisfies OperationTable;
