import type { Migration } from './index.ts';

/**
 * What the journal says, folded. `attempt` has one row for each attempt and is written again until its end; `entry` is the book: one row for each final
 * record and correction, never changed. `counter` is a view of both. `fold` says how far each segment of the journal has been read.
 */
export const ledger: Migration = {
  version: 1,
  name: 'ledger',
  sql: `
CREATE TABLE fold (
  segment TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE attempt (
  org_id TEXT NOT NULL,
  attempt_id TEXT NOT NULL PRIMARY KEY,
  exchange_id TEXT NOT NULL,
  target TEXT NOT NULL,
  price_version TEXT NOT NULL,
  scopes TEXT NOT NULL,
  counters TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('held', 'sent', 'streaming', 'settled', 'estimated', 'void')),
  held_nano_usd INTEGER NOT NULL,
  input_nano_usd INTEGER NOT NULL,
  metered_nano_usd INTEGER NOT NULL,
  final_nano_usd INTEGER,
  source TEXT,
  reason TEXT,
  at_ms INTEGER NOT NULL,
  end_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_open ON attempt (state) WHERE state IN ('held', 'sent', 'streaming');

CREATE TABLE entry (
  entry_id TEXT NOT NULL PRIMARY KEY,
  org_id TEXT NOT NULL,
  attempt_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('settled', 'estimated', 'void', 'adjusted')),
  nano_usd INTEGER NOT NULL,
  reason TEXT,
  actor TEXT,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
  org_id TEXT NOT NULL,
  counter_id TEXT NOT NULL,
  settled_nano_usd INTEGER NOT NULL,
  held_nano_usd INTEGER NOT NULL,
  PRIMARY KEY (org_id, counter_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE spend (
  org_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  nano_usd INTEGER NOT NULL,
  PRIMARY KEY (org_id, scope)
) STRICT, WITHOUT ROWID;
`,
};
