import { Database } from 'bun:sqlite';
import { join } from 'node:path';
import type { SumQuery, UsageSum } from '../../../ports/fact-store.ts';
import { factOperations } from '../nouns/facts.ts';

export interface Spend {
  readonly sums: readonly UsageSum[];
  /** Names that people gave: `key:k_1` → alias. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** The sums of a data directory, without changing it; works while a server runs there. */
export const readSpend = (directory: string, query: SumQuery): Spend => {
  const database = new Database(join(directory, 'sluice.db'), { readonly: true, safeIntegers: true });
  try {
    database.run('PRAGMA busy_timeout = 5000');
    const rows = database
      .query('SELECT kind, id, alias FROM object WHERE org_id = ? AND alias IS NOT NULL')
      .all(query.filter.orgId) as readonly { readonly kind: string; readonly id: string; readonly alias: string }[];
    return {
      sums: factOperations['facts.sum']({ database, directory, changed: () => undefined }, query),
      aliases: new Map(rows.map(({ kind, id, alias }) => [`${kind}:${id}`, alias])),
    };
  } finally {
    database.close();
  }
};
