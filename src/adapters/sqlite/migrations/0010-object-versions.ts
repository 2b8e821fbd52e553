import type { Migration } from './index.ts';

/** What objects that keep their versions held at each revision. A version is written with the revision and never changed. */
export const objectVersions: Migration = {
  version: 10,
  name: 'object-versions',
  sql: `
CREATE TABLE object_version (
  org_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  alias TEXT,
  data TEXT NOT NULL,
  written_ms INTEGER NOT NULL,
  PRIMARY KEY (org_id, kind, id, revision)
) STRICT, WITHOUT ROWID;
`,
};
