import { expect, test } from 'bun:test';
import { UnknownKeys } from './unknown-keys.ts';

const setUp = (catchUp: () => Promise<void>) => {
  const state = { nowMs: 1000, asked: 0 };
  const keys = new UnknownKeys({
    nowMs: () => state.nowMs,
    catchUp: () => {
      state.asked += 1;
      return catchUp();
    },
  });
  return { keys, state };
};

test('a wrong key costs the database one question in two seconds', async () => {
  const { keys, state } = setUp(() => Promise.resolve());
  await keys.ask(['a']);
  await keys.ask(['a']);
  expect(state.asked).toBe(1);
  await keys.ask(['a', 'b']);
  expect(state.asked).toBe(2);
  state.nowMs += 2000;
  await keys.ask(['a']);
  expect(state.asked).toBe(3);
});

test('where the database fails, the key is called neither right nor wrong, and for a second nobody else waits', async () => {
  const { keys, state } = setUp(() => Promise.reject(new Error('connection refused')));
  await expect(keys.ask(['a'])).rejects.toMatchObject({ code: 'keys_unavailable', detail: { retryAfterMs: 1000 } });
  await expect(keys.ask(['b'])).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect(state.asked).toBe(1);
  state.nowMs += 1000;
  await expect(keys.ask(['b'])).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect(state.asked).toBe(2);
});

test('a database that hangs is waited for a second', async () => {
  const begun = performance.now();
  const { keys } = setUp(() => new Promise(() => undefined));
  await expect(keys.ask(['a'])).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect(performance.now() - begun).toBeLessThan(3000);
});
