import type { TransactionSQL } from 'bun';
import { listOf } from './lease-context.ts';

/** What calls of a node were charged on one counter. */
export interface CounterCharge {
  readonly orgId: string;
  readonly id: string;
  readonly nanoUsd: bigint;
}

/**
 * Says of charges that they were covered by the node's leases: what a lease had for them is no longer held. Part of the transaction that adds the same
 * charges to `settled_nano_usd`, after it has locked those counters in their order; one charge for each counter.
 */
export const moveFromLeases = async (
  sql: TransactionSQL,
  nodeId: string,
  charges: readonly CounterCharge[],
): Promise<void> => {
  if (charges.length === 0) return;
  await sql.unsafe(
    `WITH charge AS (
       SELECT * FROM jsonb_to_recordset(($1::text)::jsonb) AS charge("orgId" text, id text, "nanoUsd" bigint)
     ), newest AS (
       SELECT org_id, counter_id, max(epoch) AS epoch FROM sluice.lease JOIN charge ON org_id = "orgId" AND counter_id = id
       WHERE node_id = $2 GROUP BY 1, 2
     ), moved AS (
       UPDATE sluice.lease SET used_nano_usd = used_nano_usd + "nanoUsd" FROM charge JOIN newest ON newest.org_id = "orgId" AND newest.counter_id = id
       WHERE lease.org_id = newest.org_id AND lease.counter_id = newest.counter_id AND lease.epoch = newest.epoch AND node_id = $2
       RETURNING lease.org_id, lease.counter_id,
         greatest(granted_nano_usd - used_nano_usd + "nanoUsd", 0) - greatest(granted_nano_usd - used_nano_usd, 0) AS nano_usd
     )
     UPDATE sluice.counter SET held_nano_usd = held_nano_usd - nano_usd FROM moved
     WHERE counter.org_id = moved.org_id AND counter.counter_id = moved.counter_id`,
    [listOf(charges), nodeId],
  );
};
