import type { Migration } from './index.ts';

/**
 * Calls that a client named by an Idempotency-Key, for a day. `call_id` and `digest` are keyed hashes, and `answer` is sealed under a key that is made of the
 * client's own: the database alone tells neither who asked nor what was said.
 */
export const callsOnce: Migration = {
  version: 5,
  name: 'calls once',
  sql: `
CREATE TABLE call_once (
  call_id TEXT NOT NULL PRIMARY KEY,
  org_id TEXT NOT NULL,
  digest TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('begun', 'kept', 'status', 'lost')),
  request_id TEXT NOT NULL,
  status INTEGER,
  answer BLOB,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX call_once_by_age ON call_once (created_ms);
`,
};
