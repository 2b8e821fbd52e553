import { describe, expect, test } from 'bun:test';
import { SetBreaker } from './set-breaker.ts';

const down = { status: 500 };

const fail = (breaker: SetBreaker, nowMs: number, times = 1): void => {
  for (let time = 0; time < times; time += 1) breaker.failed(nowMs, breaker.began(nowMs), down);
};

describe('a breaker whose numbers somebody chose', () => {
  test('opens at its threshold, probes once when its time is over, and closes when the probe succeeds', () => {
    const breaker = new SetBreaker({ failures: 3, leastCalls: 5, openMs: 30_000 });
    fail(breaker, 0, 2);
    expect(breaker.standing(0).state).toBe('closed');
    fail(breaker, 10);
    expect(breaker.standing(10)).toEqual({ state: 'open', because: 'transient', readyAtMs: 30_010 });
    expect(breaker.standing(30_009).state).toBe('open');
    const probe = breaker.began(30_010);
    expect([probe, breaker.standing(30_010).state]).toEqual(['half-open', 'open']);
    breaker.succeeded(30_020, probe);
    expect(breaker.standing(30_020).state).toBe('closed');
  });

  test('stays open when the probe fails, and lets another one through when a probe tells nothing', () => {
    const breaker = new SetBreaker({ failures: 1, leastCalls: 5, openMs: 30_000 });
    fail(breaker, 0);
    fail(breaker, 30_000);
    expect(breaker.standing(59_999).state).toBe('open');
    breaker.abandoned(breaker.began(60_000));
    expect(breaker.standing(60_000).state).toBe('half-open');
  });

  test('opens at a share of the calls, once there are enough', () => {
    const breaker = new SetBreaker({ failurePercent: 50, leastCalls: 4, openMs: 30_000 });
    breaker.succeeded(0, breaker.began(0));
    fail(breaker, 0, 2);
    expect(breaker.standing(0).state).toBe('closed');
    fail(breaker, 0);
    expect(breaker.standing(0).state).toBe('open');
  });

  test('counts only the statuses it is told, and none that lie further back than its time', () => {
    const breaker = new SetBreaker({ failures: 2, leastCalls: 5, openMs: 30_000, statuses: [429] });
    fail(breaker, 0, 5);
    expect(breaker.standing(0).state).toBe('closed');
    breaker.failed(0, breaker.began(0), { status: 429 });
    breaker.failed(30_001, breaker.began(30_001), { status: 429 });
    expect(breaker.standing(30_001).state).toBe('closed');
    breaker.failed(30_002, breaker.began(30_002), { status: 429 });
    expect(breaker.standing(30_002).state).toBe('open');
  });
});
