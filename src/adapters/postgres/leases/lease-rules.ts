import { leftSql } from './lease-context.ts';

/** What must be nothing: each counts what breaks a rule of leases. */
export const leaseRules: Readonly<Record<string, string>> = {
  'a counter holds something else than its leases have left': `SELECT count(*) AS count FROM sluice.counter FULL JOIN
     (SELECT org_id, counter_id, sum(${leftSql}) AS left_nano_usd FROM sluice.lease GROUP BY 1, 2) AS leased USING (org_id, counter_id)
     WHERE coalesce(held_nano_usd, 0) <> coalesce(left_nano_usd, 0)`,
  'a lease belongs to no node': `SELECT count(*) AS count FROM sluice.lease LEFT JOIN sluice.lease_node USING (node_id)
     WHERE lease_node.node_id IS NULL AND granted_nano_usd > used_nano_usd`,
  'a lease belongs to a life of a node that is over': `SELECT count(*) AS count FROM sluice.lease JOIN sluice.lease_node USING (node_id)
     WHERE lease.epoch < lease_node.epoch AND granted_nano_usd > used_nano_usd`,
};
