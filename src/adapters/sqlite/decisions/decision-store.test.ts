import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreThread } from '../store-thread.ts';
import { SqliteDecisionStore } from './decision-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-decisions-'));
const thread = await StoreThread.open(folder);
const store = new SqliteDecisionStore(thread, (error) => {
  throw error;
});
afterAll(async () => {
  store.close();
  await thread.close();
  rmSync(folder, { recursive: true });
});

test('a decision is found as soon as it was added, by its own organisation only', async () => {
  store.add('a', { id: 'd1', createdMs: 1000, keyId: 'k', routerId: 'r', record: { model: 'x' } });
  expect(await store.find('a', 'd1')).toEqual({
    id: 'd1',
    createdMs: 1000,
    keyId: 'k',
    routerId: 'r',
    record: { model: 'x' },
  });
  expect(await store.find('b', 'd1')).toBeUndefined();
});

test('decisions are listed youngest first, page by page and by router', async () => {
  for (const number of [2, 3, 4])
    store.add('a', {
      id: `d${number}`,
      createdMs: 1000 * number,
      record: {},
      ...(number === 3 ? { routerId: 'r' } : {}),
    });
  expect((await store.list('a', { limit: 2 })).map(({ id }) => id)).toEqual(['d4', 'd3']);
  expect((await store.list('a', { limit: 2, before: 'd3' })).map(({ id }) => id)).toEqual(['d2', 'd1']);
  expect((await store.list('a', { limit: 9, routerId: 'r' })).map(({ id }) => id)).toEqual(['d3', 'd1']);
});

test('a vote that is sent twice counts once, the later one', async () => {
  const vote = { decisionId: 'd1', model: 'x', kind: 'accuracy' as const, createdMs: 1500 };
  await store.vote('a', { ...vote, value: 1 });
  await store.vote('a', { ...vote, value: 0 });
  await store.vote('a', { ...vote, kind: 'tokens-per-second', value: 42.5 });
  expect((await store.votes('a', 'd1')).map(({ kind, value }) => [kind, value])).toEqual([
    ['accuracy', 0],
    ['tokens-per-second', 42.5],
  ]);
});

test('decisions older than thirty days are forgotten when others come', async () => {
  store.add('a', { id: 'young', createdMs: 30 * 24 * 3600 * 1000 + 2500, record: {} });
  expect((await store.list('a', { limit: 9 })).map(({ id }) => id)).toEqual(['young', 'd4', 'd3']);
});
