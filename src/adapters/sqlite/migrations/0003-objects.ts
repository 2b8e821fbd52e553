import type { Migration } from './index.ts';

/**
 * Organisations and what they hold. `object_name` says which objects a document names, so that nothing is deleted that another one needs. A key has as many
 * rows in `key_hash` as it has secrets: more than one while a rotation's grace period runs. `idempotent` remembers creations for a day.
 */
export const objects: Migration = {
  version: 3,
  name: 'objects',
  sql: `
CREATE TABLE object (
  org_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  alias TEXT,
  revision INTEGER NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('file', 'database')),
  data TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  deleted_ms INTEGER,
  PRIMARY KEY (org_id, kind, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX object_alias ON object (org_id, kind, alias) WHERE alias IS NOT NULL AND deleted_ms IS NULL;
CREATE INDEX object_organisation ON object (id) WHERE kind = 'organisation';

CREATE TABLE object_name (
  org_id TEXT NOT NULL,
  named_kind TEXT NOT NULL,
  named_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (org_id, named_kind, named_id, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX object_name_of ON object_name (org_id, kind, id);

CREATE TABLE key_hash (
  hash TEXT NOT NULL PRIMARY KEY,
  org_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  expires_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX key_hash_of ON key_hash (org_id, key_id);

CREATE TABLE idempotent (
  org_id TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  digest TEXT NOT NULL,
  id TEXT NOT NULL,
  seed TEXT,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (org_id, idempotency_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotent_by_age ON idempotent (created_ms);

INSERT INTO object (org_id, kind, id, alias, revision, origin, data, created_ms, updated_ms)
VALUES ('default', 'organisation', 'default', 'default', 1, 'database', '{}',
  CAST(unixepoch('subsec') * 1000 AS INTEGER), CAST(unixepoch('subsec') * 1000 AS INTEGER));
`,
};
