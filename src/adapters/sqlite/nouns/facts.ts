import { type ExchangeFact, factFromJson } from '../../../core/facts/exchange-fact.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { OperationTable, StoreContext } from '../store-context.ts';

/** Which exchanges are asked for. Times are milliseconds since 1970; `toMs` is not included. */
export interface FactFilter {
  readonly orgId: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly keyId?: string;
  readonly teamId?: string;
  readonly projectId?: string;
  readonly userId?: string;
  readonly customer?: string;
  readonly provider?: string;
  readonly model?: string;
  /** Only those that failed (true) or ended well (false). */
  readonly failed?: boolean;
}

export interface FactPage {
  /** Newest first. */
  readonly facts: readonly ExchangeFact[];
  /** Where the next page begins; absent on the last. */
  readonly next?: FactPlace;
}

/** The place of a fact in the order, so that a page does not move when new facts arrive. */
export interface FactPlace {
  readonly atMs: number;
  readonly exchangeId: string;
}

export const sumDimensions = [
  'hour',
  'day',
  'key',
  'team',
  'project',
  'user',
  'customer',
  'provider',
  'model',
] as const;
export type SumDimension = (typeof sumDimensions)[number];

export interface UsageSum {
  /** Values of the dimensions asked for, as text; hours and days are their beginning in milliseconds (UTC). */
  readonly group: Readonly<Partial<Record<SumDimension, string>>>;
  readonly requests: bigint;
  readonly failures: bigint;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
  readonly cacheReadTokens: bigint;
  readonly cacheWriteTokens: bigint;
  readonly reasoningTokens: bigint;
  readonly nanoUsd: bigint;
  readonly durationMs: bigint;
}

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

const list = (
  { database }: StoreContext,
  { filter, before, limit }: { readonly filter: FactFilter; readonly before?: FactPlace; readonly limit: number },
): FactPage => {
  const { sql, values } = conditions(filter, 'at_ms');
  if (filter.failed !== undefined) sql.push(filter.failed ? 'status >= 400' : 'status < 400');
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

const sum = (
  { database }: StoreContext,
  { filter, by, limit }: { readonly filter: FactFilter; readonly by: readonly SumDimension[]; readonly limit: number },
): readonly UsageSum[] => {
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

export const factOperations = {
  'facts.find': find,
  'facts.list': list,
  'facts.sum': sum,
  /** What scopes have spent since ever, by `kind:id`. */
  'facts.spend': spendOf,
} satisfies OperationTable;
