import { expect, test } from 'bun:test';
import { AdaptiveLimit } from './adaptive-limit.ts';

test('there is no limit until two signs of overload, since the first finds nothing counted', () => {
  const adaptive = new AdaptiveLimit(1);
  expect([adaptive.counting, adaptive.limit]).toEqual([false, undefined]);
  adaptive.overloaded(0, 0);
  expect([adaptive.counting, adaptive.limit]).toEqual([true, undefined]);
  adaptive.overloaded(500, 40);
  expect(adaptive.limit).toBeUndefined();
  adaptive.overloaded(1000, 40);
  expect(adaptive.limit).toBe(30);
});

test('it falls by a quarter with each sign, never below the least, and rises by one with each good answer while it is used up', () => {
  const adaptive = new AdaptiveLimit(4);
  for (const atMs of [0, 1000, 2000, 3000]) adaptive.overloaded(atMs, 8);
  expect(adaptive.limit).toBe(4);
  for (let call = 0; call < 5; call += 1) adaptive.succeeded(4000, 4);
  expect(adaptive.limit).toBe(5);
  adaptive.succeeded(4000, 5);
  expect(adaptive.limit).toBe(6);
});

test('good answers do not raise it while calls do not need it', () => {
  const adaptive = new AdaptiveLimit(1);
  for (const atMs of [0, 1000]) adaptive.overloaded(atMs, 40);
  for (let call = 0; call < 100; call += 1) adaptive.succeeded(2000, 3);
  expect(adaptive.limit).toBe(30);
});

test('a minute without a sign ends it', () => {
  const adaptive = new AdaptiveLimit(1);
  for (const atMs of [0, 1000]) adaptive.overloaded(atMs, 40);
  adaptive.succeeded(61_001, 3);
  expect([adaptive.counting, adaptive.limit]).toEqual([false, undefined]);
});
