import type { TransactionSQL } from 'bun';
import { leftSql } from './lease-context.ts';

/** Whose leases: a node's of lives before `beforeEpoch`, or all of it. */
export interface Released {
  readonly nodeId: string;
  readonly beforeEpoch?: number;
}

const whose = 'node_id = $1 AND epoch < $2';
/** No node starts so often. */
const everyEpoch = 2 ** 50;

/** Gives up leases: what they have left is free for all. Only when the journal of that node was read, or nobody waits for it any more. */
export const releaseLeases = async (
  sql: TransactionSQL,
  { nodeId, beforeEpoch = everyEpoch }: Released,
): Promise<void> => {
  const values = [nodeId, beforeEpoch];
  await lockCounters(sql, values);
  await sql.unsafe(
    `WITH gone AS (DELETE FROM sluice.lease WHERE ${whose} RETURNING org_id, counter_id, ${leftSql} AS left_nano_usd),
       sums AS (SELECT org_id, counter_id, sum(left_nano_usd)::bigint AS left_nano_usd FROM gone GROUP BY 1, 2)
     UPDATE sluice.counter SET held_nano_usd = held_nano_usd - left_nano_usd FROM sums
     WHERE counter.org_id = sums.org_id AND counter.counter_id = sums.counter_id`,
    values,
  );
};

/** Gives what a silent node's leases have left to others, and keeps what they were used for: should it come back, it is told. */
export const expireLeases = async (sql: TransactionSQL, nodeId: string): Promise<void> => {
  const values = [nodeId, everyEpoch];
  await lockCounters(sql, values);
  await sql.unsafe(
    `WITH before AS (SELECT org_id, counter_id, sum(${leftSql})::bigint AS left_nano_usd FROM sluice.lease WHERE ${whose} GROUP BY 1, 2),
       emptied AS (UPDATE sluice.lease SET granted_nano_usd = least(granted_nano_usd, used_nano_usd) WHERE ${whose})
     UPDATE sluice.counter SET held_nano_usd = held_nano_usd - left_nano_usd FROM before
     WHERE counter.org_id = before.org_id AND counter.counter_id = before.counter_id`,
    values,
  );
};

/** In their order, so that no two wait for each other; leases are changed under their counter's lock only. */
const lockCounters = async (
  sql: TransactionSQL,
  values: readonly [string, number] | (string | number)[],
): Promise<void> => {
  await sql.unsafe(
    `SELECT 1 FROM sluice.counter WHERE (org_id, counter_id) IN (SELECT org_id, counter_id FROM sluice.lease WHERE ${whose})
     ORDER BY org_id, counter_id FOR UPDATE`,
    [...values],
  );
};
