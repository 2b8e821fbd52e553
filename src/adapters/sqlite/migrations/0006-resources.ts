import type { Migration } from './index.ts';

/** Whose the things are that providers hold: an id is followed only for the organisation it was made for, to the provider that made it. */
export const resources: Migration = {
  version: 6,
  name: 'resources',
  sql: `
CREATE TABLE resource (
  org_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  native_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  credential TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  deleted_ms INTEGER,
  PRIMARY KEY (org_id, kind, native_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX resource_by_age ON resource (created_ms);
`,
};
