import type { Migration } from './index.ts';

/** What the prices said that attempts were charged at, by the name that stands there. Whole documents, so that a charge can be worked out again. */
export const priceVersions: Migration = {
  version: 8,
  name: 'price versions',
  sql: `
CREATE TABLE price_version (
  name TEXT NOT NULL PRIMARY KEY,
  document TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`,
};
