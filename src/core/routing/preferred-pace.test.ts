import { describe, expect, test } from 'bun:test';
import { PaceSamples } from './health/pace.ts';
import { TargetHealth } from './health/target-health.ts';
import { planRoute } from './plan-route.ts';
import { isTooSlow } from './preferred-pace.ts';
import type { Route } from './route.ts';
import { viewsOf } from './routing.fixture.ts';

test('percentiles are of the last five minutes', () => {
  const samples = new PaceSamples();
  expect(samples.percentiles(0)).toBeUndefined();
  for (let value = 1; value <= 100; value += 1) samples.add(0, value);
  expect(samples.percentiles(1000)).toEqual({ p50: 50, p75: 75, p90: 90, p99: 99 });
  samples.add(300_001, 7);
  expect(samples.percentiles(300_001)).toEqual({ p50: 7, p75: 7, p90: 7, p99: 7 });
});

test('a target has the pace of its streams', () => {
  const health = new TargetHealth();
  const flight = health.begin(0);
  flight.answered(2000, 2000);
  expect(health.pace(2000).latencySeconds?.p50).toBe(2);
});

describe('too slow is what misses any cut-off', () => {
  const even = (value: number) => ({ p50: value, p75: value, p90: value, p99: value });
  test.each([
    [{ latencySeconds: even(2) }, { maxLatency: { p50: 1 } }, true],
    [{ latencySeconds: even(2) }, { maxLatency: { p50: 3, p99: 1 } }, true],
    [{ latencySeconds: even(2) }, { maxLatency: { p50: 3 } }, false],
    [{ tokensPerSecond: even(40) }, { minThroughput: { p90: 50 } }, true],
    [{ tokensPerSecond: even(60) }, { minThroughput: { p90: 50 } }, false],
    [{}, { maxLatency: { p50: 0.001 } }, false],
    [undefined, { minThroughput: { p50: 1000 } }, false],
  ])('%j for %j: %p', (pace, wants, slow) => {
    expect(isTooSlow(pace, wants)).toBe(slow);
  });
});

test('a plan puts the slow last and keeps them', () => {
  const views = viewsOf({ 'a/m': {}, 'b/m': {} });
  const paces: Readonly<Record<string, number>> = { 'a/m': 5, 'b/m': 1 };
  const route: Route = {
    kind: 'preferred',
    wants: { maxLatency: { p50: 2 } },
    route: {
      kind: 'ordered',
      routes: [
        { kind: 'target', model: 'a/m' },
        { kind: 'target', model: 'b/m' },
      ],
    },
  };
  const pace = (model: string) => {
    const seconds = paces[model] ?? 0;
    return { latencySeconds: { p50: seconds, p75: seconds, p90: seconds, p99: seconds } };
  };
  const facts = { metadata: {}, params: {}, inputTokens: 1, parameters: [], streams: true };
  const { decision } = planRoute({ name: 'r', route }, facts as never, { views: { ...views, pace }, seed: 's' });
  expect(decision.order).toEqual(['b/m', 'a/m']);
  expect(decision.candidates.find(({ target }) => target === 'a/m')?.reason).toBe('too-slow');
});
