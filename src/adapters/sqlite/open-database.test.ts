import { expect, test } from 'bun:test';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from './open-database.ts';

test('in a folder that others can read, only the owner reads the database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-database-'));
  chmodSync(folder, 0o755);
  const database = openDatabase(join(folder, 'sluice.db'));
  const rights = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]);
  database.close();
  rmSync(folder, { recursive: true });
  expect(Object.fromEntries(rights)).toEqual({ 'sluice.db': 0o600, 'sluice.db-shm': 0o600, 'sluice.db-wal': 0o600 });
});
