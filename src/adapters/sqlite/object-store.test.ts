import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directorySource, SqliteAdminStore } from './object-store.ts';
import { StoreThread } from './store-thread.ts';

test('a store whose thread is gone is told as unreadable', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-gone-'));
  const thread = await StoreThread.open(directory);
  const source = directorySource(thread);
  expect(source.readable()).toBe(true);
  await thread.close();
  const endMs = performance.now() + 2000;
  while (source.readable() && performance.now() < endMs) await Bun.sleep(1);
  expect(source.readable()).toBe(false);
  await expect(new SqliteAdminStore(thread).of('default').get('key', 'k')).rejects.toThrow('ended');
  rmSync(directory, { recursive: true, force: true });
});
