import type { Migration } from './index.ts';

/** What attempts cost beyond what they are charged: taken over by the house. */
export const goodwill: Migration = {
  version: 7,
  name: 'goodwill',
  sql: 'ALTER TABLE attempt ADD COLUMN goodwill_nano_usd INTEGER NOT NULL DEFAULT 0;',
};
