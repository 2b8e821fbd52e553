import type { Migration } from './index.ts';

/** Exchanges that a route chose the target of can be listed by themselves. */
export const routedExchanges: Migration = {
  version: 11,
  name: 'routed-exchanges',
  sql: `
ALTER TABLE exchange ADD COLUMN route TEXT;
CREATE INDEX exchange_routed ON exchange (org_id, at_ms, exchange_id) WHERE route IS NOT NULL;
`,
};
