import type { Migration } from './index.ts';

/** Facts of exchanges, in the order they ended, and their sums by the hour. `fact` holds the whole; the columns beside it are what is asked for. */
export const facts: Migration = {
  version: 2,
  name: 'facts',
  sql: `
CREATE TABLE exchange (
  org_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  exchange_id TEXT NOT NULL,
  key_id TEXT,
  team_id TEXT,
  project_id TEXT,
  user_id TEXT,
  customer TEXT,
  provider TEXT,
  model TEXT,
  status INTEGER NOT NULL,
  nano_usd INTEGER NOT NULL,
  fact TEXT NOT NULL,
  PRIMARY KEY (org_id, at_ms, exchange_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX exchange_by_id ON exchange (org_id, exchange_id);
CREATE INDEX exchange_by_key ON exchange (org_id, key_id, at_ms);

CREATE TABLE usage_hour (
  org_id TEXT NOT NULL,
  hour_ms INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  team_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  customer TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  requests INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  nano_usd INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  PRIMARY KEY (org_id, hour_ms, key_id, team_id, project_id, user_id, customer, provider, model)
) STRICT, WITHOUT ROWID;

CREATE TABLE tag_hour (
  org_id TEXT NOT NULL,
  hour_ms INTEGER NOT NULL,
  tag TEXT NOT NULL,
  requests INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  nano_usd INTEGER NOT NULL,
  PRIMARY KEY (org_id, tag, hour_ms)
) STRICT, WITHOUT ROWID;
`,
};
