import type { Migration } from './index.ts';

/**
 * What routers decided, and what was said of it afterwards. `record` is the whole decision as JSON, without any text of a prompt; `vote` holds one word
 * of each kind for each model of a decision, so that a vote that is sent twice counts once.
 */
export const decisions: Migration = {
  version: 9,
  name: 'decisions',
  sql: `
CREATE TABLE decision (
  org_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  key_id TEXT,
  router_id TEXT,
  record TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX decision_by_time ON decision (created_ms);
CREATE INDEX decision_of_organisation ON decision (org_id, created_ms, id);

CREATE TABLE decision_vote (
  org_id TEXT NOT NULL,
  decision_id TEXT NOT NULL,
  model TEXT NOT NULL,
  kind TEXT NOT NULL,
  value REAL NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (org_id, decision_id, model, kind)
) STRICT, WITHOUT ROWID;
`,
};
