/** What the views of the ledger must hold, worked out anew from attempts, entries and facts. Each gives the columns of its table, keys first. */
export interface View {
  readonly table: string;
  readonly keys: readonly string[];
  readonly sums: readonly string[];
  readonly truth: string;
}

const charged = `SELECT org_id, counters, scopes, CASE WHEN state IN ('held', 'sent', 'streaming') THEN held_nano_usd ELSE 0 END AS held,
    coalesce((SELECT sum(nano_usd) FROM entry WHERE entry.attempt_id = attempt.attempt_id), 0) AS settled FROM attempt`;

/** A count of a fact, as the sums take it: whole, and nothing where a provider sent nonsense. */
const count = (member: string): string =>
  `sum(CASE WHEN json_extract(fact, '$.${member}') BETWEEN 0 AND 9007199254740991
     THEN CAST(json_extract(fact, '$.${member}') AS INTEGER) ELSE 0 END)`;

const hour = "(CAST(floor(json_extract(fact, '$.atMs') / 3600000.0) AS INTEGER) * 3600000)";

const owners = ['key_id', 'team_id', 'project_id', 'user_id', 'customer', 'provider', 'model'];

export const views: readonly View[] = [
  {
    table: 'counter',
    keys: ['org_id', 'counter_id'],
    sums: ['settled_nano_usd', 'held_nano_usd'],
    truth: `SELECT org_id, each.value AS counter_id, sum(settled) AS settled_nano_usd, sum(held) AS held_nano_usd
      FROM (${charged}) AS charged, json_each(charged.counters) AS each GROUP BY 1, 2`,
  },
  {
    table: 'spend',
    keys: ['org_id', 'scope'],
    sums: ['nano_usd'],
    truth: `SELECT org_id, each.value AS scope, sum(settled) AS nano_usd
      FROM (${charged}) AS charged, json_each(charged.scopes) AS each GROUP BY 1, 2`,
  },
  {
    table: 'usage_hour',
    keys: ['org_id', 'hour_ms', ...owners],
    sums: [
      'requests',
      'failures',
      'input_tokens',
      'output_tokens',
      'cache_read_tokens',
      'cache_write_tokens',
      'reasoning_tokens',
      'nano_usd',
      'duration_ms',
    ],
    truth: `SELECT org_id, ${hour} AS hour_ms, ${owners.map((name) => `coalesce(${name}, '') AS ${name}`).join(', ')},
      count(*) AS requests, sum(json_extract(fact, '$.end') IS NOT 'done') AS failures, ${count('inputTokens')} AS input_tokens,
      ${count('outputTokens')} AS output_tokens, ${count('cacheReadTokens')} AS cache_read_tokens,
      ${count('cacheWriteTokens')} AS cache_write_tokens, ${count('reasoningTokens')} AS reasoning_tokens,
      sum(nano_usd) AS nano_usd, ${count('durationMs')} AS duration_ms
      FROM exchange GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9`,
  },
  {
    table: 'tag_hour',
    keys: ['org_id', 'hour_ms', 'tag'],
    sums: ['requests', 'input_tokens', 'output_tokens', 'nano_usd'],
    truth: `SELECT org_id, ${hour} AS hour_ms, each.value AS tag, count(*) AS requests, ${count('inputTokens')} AS input_tokens,
      ${count('outputTokens')} AS output_tokens, sum(nano_usd) AS nano_usd
      FROM exchange, json_each(exchange.fact, '$.tags') AS each GROUP BY 1, 2, 3`,
  },
];

/** Rows in which a view and its truth differ; rows that sum to nothing may be missing. */
export const differences = ({ table, keys, sums, truth }: View): string => {
  const all = [...keys, ...sums].join(', ');
  const something = sums.map((name) => `${name} <> 0`).join(' OR ');
  const kept = `SELECT ${all} FROM ${table} WHERE ${something}`;
  const made = `SELECT ${all} FROM (${truth}) WHERE ${something}`;
  return `SELECT count(*) AS count FROM (SELECT ${keys.join(', ')} FROM (SELECT * FROM (${kept} EXCEPT ${made}) UNION SELECT * FROM (${made} EXCEPT ${kept})) GROUP BY ${keys
    .map((_, index) => index + 1)
    .join(', ')})`;
};
