import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { faults } from '../../qa/money/lease-authority.ts';
import { runLeases } from '../../qa/money/lease-run.ts';
import { runs } from './runs.ts';

test('nodes that die, pause and lose messages never spend more than a budget has, and leave no lease behind', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.boolean(), (seed, expires) => {
      expect(runLeases({ seed, expires, ms: 60_000 }).violations).toEqual([]);
    }),
    runs(),
  );
}, 60_000);

for (const fault of faults)
  test(`a rule that is broken on purpose is found: ${fault}`, () => {
    const seeds = Array.from({ length: 80 }, (_, at) => at + 1);
    expect(seeds.some((seed) => runLeases({ seed, expires: false, fault }).violations.length > 0)).toBe(true);
  }, 60_000);
