import type { Migration } from './index.ts';

/**
 * Provider credentials, sealed. Each organisation has a data key, kept wrapped by the installation's encryption key, so that another encryption key wraps those
 * few again and no credential. `start_check` tells whether secrets outside of the database are still the ones it was written with.
 */
export const seals: Migration = {
  version: 4,
  name: 'seals',
  sql: `
CREATE TABLE data_key (
  org_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  wrapped TEXT NOT NULL,
  wrapped_by TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (org_id, key_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sealed (
  org_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  field TEXT NOT NULL,
  key_id TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (org_id, kind, id, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE start_check (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
};
