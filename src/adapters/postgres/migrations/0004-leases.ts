/**
 * Money that nodes have taken ahead. `lease`: what each life of a node was given of a counter and what its calls used of that; what is left of all of them is
 * the counter's `held_nano_usd`. `lease_node`: when each node was last heard of, and how often its leases were given to others.
 */
export const leases = {
  version: 4,
  name: 'leases',
  readableFrom: 1,
  sql: `
CREATE TABLE sluice.lease (
  org_id text NOT NULL,
  counter_id text NOT NULL,
  node_id text NOT NULL,
  epoch bigint NOT NULL,
  granted_nano_usd bigint NOT NULL DEFAULT 0,
  used_nano_usd bigint NOT NULL DEFAULT 0,
  sequence bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (org_id, counter_id, node_id, epoch)
) WITH (fillfactor = 70);
CREATE INDEX lease_node_epoch ON sluice.lease (node_id, epoch);
ALTER TABLE sluice.lease ENABLE ROW LEVEL SECURITY;
ALTER TABLE sluice.lease FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON sluice.lease USING (org_id = (SELECT current_setting('sluice.org_id', true)) OR (SELECT current_setting('sluice.org_id', true)) = '*');

CREATE TABLE sluice.lease_node (
  node_id text PRIMARY KEY,
  epoch bigint NOT NULL,
  heard_ms bigint NOT NULL,
  lost bigint NOT NULL DEFAULT 0
);
`,
} as const;
