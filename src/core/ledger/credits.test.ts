import { expect, test } from 'bun:test';
import { creditsNow, type Grant } from './credits.ts';

const grant = (id: string, nanoUsd: bigint, untilMs?: number, fromMs = 0): Grant => ({
  id,
  nanoUsd,
  fromMs,
  ...(untilMs === undefined ? {} : { untilMs }),
});
const at = (grants: readonly Grant[], atMs: number, counters: Readonly<Record<number, bigint>> = {}) => {
  const now = creditsNow({ id: 'c', grants }, atMs, (name) => counters[Number(name.split(':')[1])] ?? 0n);
  return {
    since: Number(now.counter.split(':')[1]),
    limit: now.limitNanoUsd,
    left: Object.fromEntries(now.grants.map((one) => [one.grant.id, one.leftNanoUsd])),
  };
};

test('what expires first is spent first, and what is left of it is gone at its end', () => {
  const grants = [grant('forever', 100n), grant('soon', 50n, 10)];
  expect(at(grants, 5, { 0: 30n })).toEqual({ since: 0, limit: 150n, left: { soon: 20n, forever: 100n } });
  expect(at(grants, 10, { 0: 30n })).toEqual({ since: 10, limit: 100n, left: { soon: 0n, forever: 100n } });
  expect(at(grants, 10, { 0: 70n })).toEqual({ since: 10, limit: 80n, left: { soon: 0n, forever: 80n } });
  expect(at(grants, 11, { 0: 70n, 10: 15n })).toEqual({ since: 10, limit: 80n, left: { soon: 0n, forever: 65n } });
});

test('a grant made later is not charged with what was spent before it', () => {
  const grants = [grant('first', 50n, 10), grant('second', 40n, undefined, 12)];
  expect(at(grants, 12, { 0: 50n })).toEqual({ since: 10, limit: 40n, left: { first: 0n, second: 40n } });
  expect(at(grants, 11, { 0: 50n }).limit).toBe(0n);
});

test('what answers cost beyond their holds is owed by the next grant', () => {
  const grants = [grant('first', 50n, 10), grant('second', 40n, 20, 11)];
  expect(at(grants, 12, { 0: 53n })).toEqual({ since: 10, limit: 37n, left: { first: 0n, second: 37n } });
  expect(at(grants, 25, { 0: 53n, 10: 37n })).toEqual({ since: 20, limit: 0n, left: { first: 0n, second: 0n } });
});

test('no credits are none, and nothing may be spent', () => {
  expect(at([], 5)).toEqual({ since: 0, limit: 0n, left: {} });
});
