import { join } from 'node:path';
import { lockDirectory } from '../data-lock.ts';
import { openDatabase } from '../open-database.ts';
import { differences, views } from './truth.ts';

/** Rows that were wrong, by table. */
export type Rebuilt = Readonly<Record<string, number>>;

/** Makes counters, spend and sums anew from attempts, entries and facts, and puts them in the place of the old ones in one step. Throws while a server runs there. */
export const rebuildLedger = (directory: string): Rebuilt => {
  const held = lockDirectory(directory);
  try {
    const database = openDatabase(join(directory, 'sluice.db'));
    try {
      return database.transaction(() => {
        const wrong: Record<string, number> = {};
        for (const view of views) {
          const { table, keys, sums, truth } = view;
          const found = database.query(differences(view)).get() as { readonly count: bigint };
          wrong[table] = Number(found.count);
          const columns = [...keys, ...sums].join(', ');
          database.run(`DELETE FROM ${table}`);
          database.run(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM (${truth})`);
        }
        return wrong;
      })();
    } finally {
      database.close();
    }
  } finally {
    held.close();
  }
};
