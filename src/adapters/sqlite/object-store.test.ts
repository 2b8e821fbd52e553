import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminStoreSuite } from '../../../test/support/admin-store-suite.ts';
import { directorySource, SqliteAdminStore } from './object-store.ts';
import { StoreThread } from './store-thread.ts';

adminStoreSuite('SQLite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-objects-'));
  const thread = await StoreThread.open(directory);
  return {
    store: new SqliteAdminStore(thread),
    source: directorySource(thread),
    close: async () => {
      await thread.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});
