import { expect, test } from 'bun:test';
import { Confirmation } from './confirmation.ts';
import { counterOwner } from './counter-owner.ts';
import { grantLeases, type LeasedCounter, type LeaseOrder } from './grant-leases.ts';

const order = (wanted: Partial<LeaseOrder> = {}): LeaseOrder => ({
  orgId: 'o',
  counter: 'c',
  limitNanoUsd: 1000n,
  keepNanoUsd: 0n,
  returns: true,
  stock: false,
  ...wanted,
});
const counter = (stands: Partial<LeasedCounter> = {}): LeasedCounter => ({
  settledNanoUsd: 0n,
  heldNanoUsd: 0n,
  grantedNanoUsd: 0n,
  usedNanoUsd: 0n,
  sequence: 0,
  ...stands,
});

test('of two calls that need more than is left together, the first is covered', () => {
  const needs = [[{ at: 0, nanoUsd: 60n }], [{ at: 0, nanoUsd: 50n }]];
  const [after] = grantLeases({ sequence: 1, orders: [order()], needs }, [counter({ settledNanoUsd: 900n })], 1);
  expect(after).toMatchObject({ grantedNanoUsd: 60n, heldNanoUsd: 60n });
});

test('a call takes from all of its budgets or from none', () => {
  const orders = [order(), order({ counter: 'd', limitNanoUsd: 10n })];
  const needs = [
    [
      { at: 0, nanoUsd: 60n },
      { at: 1, nanoUsd: 60n },
    ],
  ];
  const after = grantLeases({ sequence: 1, orders, needs }, [counter(), counter()], 1);
  expect(after.map(({ grantedNanoUsd }) => grantedNanoUsd)).toEqual([0n, 0n]);
});

test('a stock is one percent of the limit, and near its end half of what is left, shared by the nodes', () => {
  const stockAt = (settledNanoUsd: bigint, nodes: number) =>
    grantLeases({ sequence: 1, orders: [order({ stock: true })], needs: [] }, [counter({ settledNanoUsd })], nodes)[0];
  expect(stockAt(0n, 4)?.grantedNanoUsd).toBe(10n);
  expect(stockAt(960n, 4)?.grantedNanoUsd).toBe(5n);
});

test('a request that comes twice, or after a later one, changes nothing', () => {
  const request = { sequence: 3, orders: [order()], needs: [[{ at: 0, nanoUsd: 60n }]] };
  const once = grantLeases(request, [counter()], 1);
  expect(grantLeases(request, once, 1)).toEqual([...once]);
});

test('what a call cost beyond its hold is covered before the next call is', () => {
  const before = counter({ settledNanoUsd: 150n, grantedNanoUsd: 100n, usedNanoUsd: 150n });
  const request = { sequence: 1, orders: [order({ keepNanoUsd: 150n })], needs: [[{ at: 0, nanoUsd: 30n }]] };
  expect(grantLeases(request, [before], 1)[0]).toMatchObject({ grantedNanoUsd: 180n, heldNanoUsd: 30n });
});

test('a lowered limit takes nothing from running calls, and gives nothing to new ones', () => {
  const before = counter({ settledNanoUsd: 500n, heldNanoUsd: 300n, grantedNanoUsd: 300n });
  const lowered = order({ limitNanoUsd: 600n, keepNanoUsd: 200n });
  const request = { sequence: 1, orders: [lowered], needs: [[{ at: 0, nanoUsd: 1n }]] };
  expect(grantLeases(request, [before], 1)[0]).toMatchObject({ grantedNanoUsd: 200n, heldNanoUsd: 200n });
});

test('a node that was paused asks after half of its lease, and spends nothing after all of it', () => {
  const confirmation = new Confirmation(1000);
  const at = (monotonicMs: number, wallMs = monotonicMs) => confirmation.at({ monotonicMs, wallMs });
  expect(at(0)).toBe('lapsed');
  confirmation.confirmed({ monotonicMs: 0, wallMs: 0 });
  expect([at(500), at(501), at(1001)]).toEqual(['sure', 'ask', 'lapsed']);
  // A machine that slept: only its time of day went on.
  expect(at(10, 5000)).toBe('lapsed');
});

test('where leases are kept for longer than their time, a node asks and goes on when nobody answers', () => {
  const confirmation = new Confirmation(1000, 60_000);
  confirmation.confirmed({ monotonicMs: 0, wallMs: 0 });
  const states = [500, 501, 60_000, 60_001].map((ms) => confirmation.at({ monotonicMs: ms, wallMs: ms }));
  expect(states).toEqual(['sure', 'ask', 'ask', 'lapsed']);
});

test('budgets of providers count for all organisations together', () => {
  expect(counterOwner('acme', 'installation/provider:openai/day@day:2026-01-01')).toBe('installation');
  expect(counterOwner('acme', 'acme/key:k/day@day:2026-01-01')).toBe('acme');
});
