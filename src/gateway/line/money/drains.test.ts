import { expect, test } from 'bun:test';
import type { Clock } from '../../../ports/clock.ts';
import { Drains } from './drains.ts';

/** Time that stands still until a test lets what waits for it happen. */
const stillClock = (): Clock & { readonly waiting: Set<() => void> } => {
  const waiting = new Set<() => void>();
  return {
    waiting,
    monotonicMs: () => 0,
    wallMs: () => 0,
    after: (_ms, run) => {
      waiting.add(run);
      return () => waiting.delete(run);
    },
  };
};

test('thirty-two abandoned answers are read on at once, the next is closed, and an end makes room', () => {
  const drains = new Drains(stillClock());
  const begun = Array.from({ length: 32 }, () => drains.drain());
  expect(begun.every((drain) => drain.begin())).toBe(true);
  const late = drains.drain();
  expect([late.begin(), late.provider.cancelled]).toEqual([false, true]);
  begun[0]?.end();
  expect(drains.drain().begin()).toBe(true);
});

test('one that takes too long is closed', () => {
  const clock = stillClock();
  const drain = new Drains(clock).drain();
  expect([drain.begin(), drain.provider.cancelled]).toEqual([true, false]);
  for (const run of clock.waiting) run();
  expect(drain.provider.cancelled).toBe(true);
});

test('a client that closes its connection after a settled answer holds nothing', async () => {
  const drains = new Drains(stillClock());
  const drain = drains.drain();
  drain.end();
  expect(drain.begin()).toBe(false);
  await drains.close();
});

test('closing ends all, and waits until each is settled', async () => {
  const drains = new Drains(stillClock());
  const drain = drains.drain();
  drain.begin();
  const closing = drains.close();
  expect(drain.provider.cancelled).toBe(true);
  drain.end();
  await closing;
});

test('once they are closed none begins', async () => {
  const drains = new Drains(stillClock());
  const drain = drains.drain();
  await drains.close();
  expect([drain.begin(), drain.provider.cancelled]).toEqual([false, true]);
});
