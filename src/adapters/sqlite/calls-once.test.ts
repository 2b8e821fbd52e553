import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreThread } from './store-thread.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluice-once-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const asked = (callId: string, nowMs: number) => ({ callId, orgId: 'o', digest: 'd', requestId: `r-${nowMs}`, nowMs });
const dayMs = 24 * 60 * 60 * 1000;

test('a call that a dead process had under way is lost, one that ended is kept, and both are free after a day', async () => {
  const first = await StoreThread.open(directory);
  expect(await first.call('once.begin', asked('open', 1))).toEqual({ kind: 'first' });
  expect(await first.call('once.begin', asked('ended', 1))).toEqual({ kind: 'first' });
  await first.call('once.keep', { callId: 'ended', requestId: 'r-1', status: 200, answer: Uint8Array.of(7) });
  await first.close();
  const next = await StoreThread.open(directory);
  await next.call('once.lose', {});
  expect(await next.call('once.begin', asked('open', 2))).toMatchObject({ kind: 'lost', requestId: 'r-1' });
  expect(await next.call('once.begin', asked('ended', 2))).toMatchObject({ kind: 'kept', status: 200 });
  expect(await next.call('once.begin', asked('open', 1 + dayMs))).toEqual({ kind: 'first' });
  expect(await next.call('once.begin', asked('ended', 1 + dayMs))).toEqual({ kind: 'first' });
  await next.close();
});

test('the end of a call whose name belongs to a later one changes nothing', async () => {
  const store = await StoreThread.open(directory);
  await store.call('once.begin', asked('late', 5));
  await store.call('once.release', { callId: 'late', requestId: 'r-4' });
  await store.call('once.keep', { callId: 'late', requestId: 'r-4', status: 200 });
  expect(await store.call('once.begin', asked('late', 6))).toMatchObject({ kind: 'begun', requestId: 'r-5' });
  await store.close();
});
