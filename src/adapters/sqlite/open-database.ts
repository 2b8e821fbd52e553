import { Database } from 'bun:sqlite';
import { closeSync, openSync } from 'node:fs';
import { migrations } from './migrations/index.ts';

/**
 * Opens (or makes) the database file and brings its schema up to date, each step in a transaction of its own. Whole numbers come back as
 * `bigint`, since amounts may lie beyond 2^53. Throws when the file was written by a newer Sluice.
 */
export const openDatabase = (path: string): Database => {
  // The folder may be one that others can look into. The files SQLite keeps beside this one get the same rights.
  closeSync(openSync(path, 'a', 0o600));
  const database = new Database(path, { create: true, strict: true, safeIntegers: true });
  database.run('PRAGMA journal_mode = WAL');
  database.run('PRAGMA synchronous = FULL');
  database.run('PRAGMA foreign_keys = ON');
  // Somebody may look into the file with another program.
  database.run('PRAGMA busy_timeout = 5000');
  try {
    migrate(database);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
};

const migrate = (database: Database): void => {
  database.run(
    'CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, at_ms INTEGER NOT NULL)',
  );
  const newest = migrations.at(-1)?.version ?? 0;
  const row = database.query('SELECT max(version) AS version FROM schema_migration').get() as {
    readonly version: bigint | null;
  };
  const current = Number(row.version ?? 0n);
  if (current > newest) {
    throw new Error(
      `The database has schema ${current}, and this version of Sluice knows ${newest} and older. Start the newer version, or restore a backup.`,
    );
  }
  for (const { version, name, sql } of migrations) {
    if (version <= current) continue;
    database.transaction(() => {
      database.run(sql);
      database.run('INSERT INTO schema_migration (version, name, at_ms) VALUES (?, ?, ?)', [version, name, Date.now()]);
    })();
  }
};
