import { describe, expect, test } from 'bun:test';
import { HealthBook } from './health-book.ts';
import { RetryBudget } from './retry-budget.ts';

const fail = (
  book: HealthBook,
  nowMs: number,
  failureClass: 'transient' | 'rate-limit' | 'caller-fault' = 'transient',
) => book.of('a/x').begin(nowMs).failed(nowMs, { class: failureClass });

const succeed = (book: HealthBook, nowMs: number) => {
  const flight = book.of('a/x').begin(nowMs);
  flight.answered(nowMs, 10);
  flight.end();
};

const stateAt = (book: HealthBook, nowMs: number) => book.of('a/x').standing(nowMs).state;

describe('health of a target', () => {
  test('three failures open the circuit; a probe that succeeds closes it', () => {
    const book = new HealthBook();
    fail(book, 0);
    fail(book, 1);
    expect(stateAt(book, 2)).toBe('closed');
    fail(book, 2);
    expect(book.of('a/x').standing(3)).toEqual({ state: 'open', because: 'transient', readyAtMs: 2002 });
    expect(stateAt(book, 2002)).toBe('half-open');
    const probe = book.of('a/x').begin(2002);
    expect(stateAt(book, 2003)).toBe('open');
    probe.answered(2100, 98);
    probe.end();
    expect(stateAt(book, 2100)).toBe('closed');
  });

  test('a probe that fails opens it for twice as long, up to twenty seconds', () => {
    const book = new HealthBook();
    for (let call = 0; call < 3; call += 1) fail(book, 0);
    let nowMs = 0;
    const waits: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const { readyAtMs = 0 } = book.of('a/x').standing(nowMs);
      waits.push(readyAtMs - nowMs);
      nowMs = readyAtMs;
      fail(book, nowMs);
    }
    expect(waits).toEqual([2000, 4000, 8000, 16_000, 20_000, 20_000]);
  });

  test('a probe that is given up lets the next call be one', () => {
    const book = new HealthBook();
    for (let call = 0; call < 3; call += 1) fail(book, 0);
    book.of('a/x').begin(2000).end();
    expect(stateAt(book, 2000)).toBe('half-open');
  });

  test('a few failures among many successes open nothing', () => {
    const book = new HealthBook();
    for (let call = 0; call < 20; call += 1) succeed(book, call);
    for (let call = 0; call < 10; call += 1) {
      fail(book, 30);
      succeed(book, 30);
    }
    expect(stateAt(book, 31)).toBe('closed');
  });

  test('a target that fell silent after many successes is known by five failures', () => {
    const book = new HealthBook();
    for (let call = 0; call < 500; call += 1) succeed(book, call);
    for (let call = 0; call < 4; call += 1) fail(book, 500);
    expect(stateAt(book, 500)).toBe('closed');
    fail(book, 500);
    expect(stateAt(book, 500)).toBe('open');
  });

  test('a call that goes out all the same closes it when it succeeds, and changes nothing when it fails', () => {
    const book = new HealthBook();
    for (let call = 0; call < 3; call += 1) fail(book, 0);
    fail(book, 1500);
    expect(book.of('a/x').standing(1501).readyAtMs).toBe(2000);
    succeed(book, 1600);
    expect(stateAt(book, 1600)).toBe('closed');
  });

  test('a rate limit is kept away from for as long as the provider says', () => {
    const book = new HealthBook();
    book.of('a/x').begin(0).failed(0, { class: 'rate-limit', retryAfterMs: 7000 });
    expect(stateAt(book, 6999)).toBe('open');
    expect(stateAt(book, 7000)).toBe('half-open');
  });

  test('a route may allow more failures in a minute, for a time of its own', () => {
    const health = new HealthBook().of('a/x');
    const breaker = { allowedFailures: 3, openMs: 5000 };
    for (let call = 0; call < 50; call += 1) {
      const flight = health.begin(0);
      flight.answered(0, undefined);
      flight.end();
    }
    for (let call = 0; call < 3; call += 1) health.begin(1000).failed(1000, { class: 'transient', breaker });
    expect(health.standing(1000).state).toBe('closed');
    health.begin(1000).failed(1000, { class: 'transient', breaker });
    expect(health.standing(5999).state).toBe('open');
    expect(health.standing(6000).state).toBe('half-open');
    const never = new HealthBook().of('b/x');
    for (let call = 0; call < 20; call += 1) never.begin(0).failed(0, { class: 'transient', breaker: { openMs: 0 } });
    expect(never.standing(0).state).toBe('closed');
    const byClass = { allowedByClass: { 'caller-fault': 0 } } as const;
    never.begin(0).failed(0, { class: 'caller-fault', breaker: byClass });
    expect(never.standing(0)).toMatchObject({ state: 'open', because: 'caller-fault' });
  });

  test('calls and tokens are counted by the minute', () => {
    const health = new HealthBook().of('a/x');
    health.begin(59_000).end({ nowMs: 59_500, tokens: 40, tokensPerSecond: 10 });
    health.begin(59_900);
    expect([health.minuteRequests(59_999), health.minuteTokens(59_999)]).toEqual([2, 40]);
    expect([health.minuteRequests(60_000), health.minuteTokens(60_000)]).toEqual([0, 0]);
    expect(health.tokensPerSecond(59_500)).toBe(10);
    expect(health.tokensPerSecond(89_500)).toBe(20);
  });

  test('the caller’s faults say nothing about a target', () => {
    const book = new HealthBook();
    for (let call = 0; call < 50; call += 1) fail(book, call, 'caller-fault');
    expect(stateAt(book, 50)).toBe('closed');
    expect(book.of('a/x').unstable(50)).toBe(false);
  });

  test('calls under way are counted until they end, once each', () => {
    const target = new HealthBook().of('a/x');
    const flights = [target.begin(0), target.begin(0)];
    expect(target.inFlight).toBe(2);
    for (const flight of flights) {
      flight.end();
      flight.end();
    }
    expect(target.inFlight).toBe(0);
  });

  test('the average of first bytes follows a target that becomes slow, and forgets with time', () => {
    const target = new HealthBook().of('a/x');
    const answer = (nowMs: number, firstByteMs: number) => target.begin(nowMs).answered(nowMs, firstByteMs);
    for (let call = 0; call < 20; call += 1) answer(0, 100);
    expect(target.firstByteMs(0)).toBeCloseTo(100);
    for (let call = 0; call < 10; call += 1) answer(1000, 1000);
    const slow = target.firstByteMs(1000) ?? 0;
    expect(slow).toBeGreaterThan(850);
    expect(target.firstByteMs(31_000)).toBeCloseTo(slow / 2);
  });

  test('the oldest target is forgotten when there are too many', () => {
    const book = new HealthBook();
    for (let call = 0; call < 3; call += 1) fail(book, 0);
    for (let index = 0; index < 10_000; index += 1) book.of(`b/${index}`);
    expect(stateAt(book, 1)).toBe('closed');
  });
});

test('in a total outage second tries stay below a tenth of the requests, beyond what was saved', () => {
  const budget = new RetryBudget();
  let retries = 0;
  for (let request = 0; request < 10_000; request += 1) {
    budget.asked();
    while (budget.take()) retries += 1;
  }
  expect(retries).toBeGreaterThan(700);
  expect(retries).toBeLessThanOrEqual(1000);
});
