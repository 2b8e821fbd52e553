/**
 * Organisations and what they hold; as in the migrations of SQLite of the same names. Ids and aliases are compared byte by byte, so that pages have one order
 * whatever the database's language is. `declared_by` says which objects the file of each node
 * declares, by a digest of them; `declaration` keeps those of every digest that a node has, and `declared_file` when one was last in force.
 */
export const objects = {
  version: 2,
  name: 'objects',
  readableFrom: 1,
  sql: `
CREATE TABLE sluice.object (
  org_id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  alias text COLLATE "C",
  revision bigint NOT NULL,
  origin text NOT NULL CHECK (origin IN ('file', 'database')),
  data text NOT NULL,
  created_ms bigint NOT NULL,
  updated_ms bigint NOT NULL,
  deleted_ms bigint,
  PRIMARY KEY (org_id, kind, id)
);
CREATE UNIQUE INDEX object_alias ON sluice.object (org_id, kind, alias) WHERE alias IS NOT NULL AND deleted_ms IS NULL;
CREATE UNIQUE INDEX object_organisation_alias ON sluice.object (alias)
  WHERE kind = 'organisation' AND alias IS NOT NULL AND deleted_ms IS NULL;
CREATE INDEX object_organisation ON sluice.object (id) WHERE kind = 'organisation';

CREATE TABLE sluice.object_version (
  org_id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  alias text,
  data text NOT NULL,
  written_ms bigint NOT NULL,
  PRIMARY KEY (org_id, kind, id, revision)
);

CREATE TABLE sluice.object_name (
  org_id text COLLATE "C" NOT NULL,
  named_kind text COLLATE "C" NOT NULL,
  named_id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, named_kind, named_id, kind, id)
);
CREATE INDEX object_name_of ON sluice.object_name (org_id, kind, id);

CREATE TABLE sluice.key_hash (
  hash text COLLATE "C" NOT NULL PRIMARY KEY,
  org_id text COLLATE "C" NOT NULL,
  key_id text COLLATE "C" NOT NULL,
  expires_ms bigint
);
CREATE INDEX key_hash_of ON sluice.key_hash (org_id, key_id);

CREATE TABLE sluice.idempotent (
  org_id text COLLATE "C" NOT NULL,
  idempotency_key text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  digest text NOT NULL,
  id text NOT NULL,
  seed text,
  created_ms bigint NOT NULL,
  PRIMARY KEY (org_id, idempotency_key)
);
CREATE INDEX idempotent_by_age ON sluice.idempotent (created_ms);

CREATE TABLE sluice.data_key (
  org_id text COLLATE "C" NOT NULL,
  key_id text COLLATE "C" NOT NULL,
  wrapped text NOT NULL,
  wrapped_by text NOT NULL,
  created_ms bigint NOT NULL,
  PRIMARY KEY (org_id, key_id)
);

CREATE TABLE sluice.sealed (
  org_id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  field text COLLATE "C" NOT NULL,
  key_id text NOT NULL,
  sealed text NOT NULL,
  PRIMARY KEY (org_id, kind, id, field)
);

CREATE TABLE sluice.declared_file (
  digest text NOT NULL PRIMARY KEY,
  applied_ms bigint NOT NULL
);
CREATE TABLE sluice.declared_by (
  node_id text NOT NULL PRIMARY KEY,
  digest text NOT NULL
);
CREATE TABLE sluice.declaration (
  org_id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  digest text NOT NULL,
  PRIMARY KEY (org_id, kind, id, digest)
);
CREATE INDEX declaration_of ON sluice.declaration (digest);

CREATE TABLE sluice.start_check (
  name text NOT NULL PRIMARY KEY,
  value text NOT NULL
);

DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['object', 'object_version', 'object_name', 'key_hash', 'idempotent', 'data_key', 'sealed',
    'declaration'] LOOP
    EXECUTE format('ALTER TABLE sluice.%I ENABLE ROW LEVEL SECURITY', one);
    EXECUTE format('ALTER TABLE sluice.%I FORCE ROW LEVEL SECURITY', one);
    EXECUTE format(
      'CREATE POLICY organisation ON sluice.%I USING (current_setting(''sluice.org_id'', true) IN (org_id, ''*''))', one);
  END LOOP;
END
$$;

SELECT set_config('sluice.org_id', '*', true);
INSERT INTO sluice.object (org_id, kind, id, alias, revision, origin, data, created_ms, updated_ms)
SELECT 'default', 'organisation', 'default', 'default', 1, 'database', '{}', now_ms, now_ms
FROM (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms) AS clock;
-- The newest change is never cleaned away, so that every node has one that it knows.
INSERT INTO sluice.change (org_id, topic, subject, at_ms) VALUES ('*', 'start', '', 0);
`,
} as const;
