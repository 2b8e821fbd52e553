import { expect, test } from 'bun:test';
import fc from 'fast-check';
import type { ScopeLimit } from '../../access/scope-limit.ts';
import { RateLimits, type RatePass, type RateTime } from './rate-limits.ts';
import { rateHeaders } from './rate-standing.ts';

const noon = Date.parse('2026-11-24T12:00:00Z');
const at = (seconds: number): RateTime => ({ monotonicMs: 5000 + seconds * 1000, wallMs: noon + seconds * 1000 });
const limit = (rates: Partial<ScopeLimit>, scope = 'key:k'): ScopeLimit => ({ id: `o/${scope}`, scope, ...rates });
const ask = { target: 'openai/gpt', inputTokens: 10, outputTokens: 20 };

const passed = (rates: RateLimits, limits: readonly ScopeLimit[], time: RateTime): RatePass => {
  const answer = rates.pass(limits, ask, time);
  if (answer.kind === 'refused') throw new Error('refused');
  return answer;
};

test('of ten calls at once on a limit of three, three pass, and the rest is told when to come back', () => {
  const rates = new RateLimits();
  const limits = [limit({ requestsPerMinute: 3 })];
  const answers = Array.from({ length: 10 }, () => rates.pass(limits, ask, at(0)));
  expect(answers.filter(({ kind }) => kind === 'passed')).toHaveLength(3);
  const last = answers[9];
  expect(last).toMatchObject({ kind: 'refused', retryAfterMs: 61_000, standing: { remaining: 0, limit: 3 } });
  expect(rates.pass(limits, ask, at(60.9)).kind).toBe('refused');
  expect(rates.pass(limits, ask, at(61)).kind).toBe('passed');
});

test('a limit that refuses leaves the others as they were', () => {
  const rates = new RateLimits();
  const team = limit({ requestsPerMinute: 100, requestsPerDay: 100 }, 'team:t');
  const key = limit({ requestsPerMinute: 1 });
  const first = passed(rates, [team, key], at(0));
  for (let call = 0; call < 5; call++) expect(rates.pass([team, key], ask, at(1)).kind).toBe('refused');
  expect(first.standings(at(1)).map(({ remaining }) => remaining)).toEqual([99, 99, 0]);
});

test('a call that is refused later costs no quota', () => {
  const rates = new RateLimits();
  const limits = [limit({ requestsPerMinute: 1, requestsPerDay: 1, parallelRequests: 1, tokensPerMinute: 40 })];
  passed(rates, limits, at(0)).cancel(at(1));
  passed(rates, limits, at(2));
});

test('tokens are set aside by estimate and put right at the end', () => {
  const rates = new RateLimits();
  const limits = [limit({ tokensPerMinute: 70, outputTokensPerMinute: 50 })];
  const first = passed(rates, limits, at(0));
  passed(rates, limits, at(0));
  expect(rates.pass(limits, ask, at(0))).toMatchObject({ kind: 'refused', standing: { kind: 'tokensPerMinute' } });
  first.settle({ inputTokens: 5, outputTokens: 5 }, at(3));
  expect(first.standings(at(3)).map(({ remaining }) => remaining)).toEqual([30, 25]);
  passed(rates, limits, at(3));
});

test('a call larger than a limit of tokens passes where nothing else has used it, and holds up the next', () => {
  const rates = new RateLimits();
  const limits = [limit({ tokensPerMinute: 5 })];
  passed(rates, limits, at(0)).settle({ inputTokens: 10, outputTokens: 10 }, at(1));
  expect(rates.pass(limits, ask, at(2)).kind).toBe('refused');
  passed(rates, limits, at(61));
});

test('calls at once are counted until they end, once each', () => {
  const rates = new RateLimits();
  const limits = [limit({ parallelRequests: 1 })];
  const first = passed(rates, limits, at(0));
  expect(rates.pass(limits, ask, at(200))).toMatchObject({ kind: 'refused', retryAfterMs: undefined });
  first.settle(undefined, at(200));
  first.cancel(at(200));
  passed(rates, limits, at(200));
  expect(rates.pass(limits, ask, at(200)).kind).toBe('refused');
});

test('a day of free calls on chosen models ends at midnight UTC, and a clock set back gives none out again', () => {
  const rates = new RateLimits();
  const limits = [limit({ models: ['*:free'], requestsPerDay: 2 })];
  const free = { ...ask, target: 'openrouter/qwen:free' };
  const call = (wallMs: number, target = free) => rates.pass(limits, target, { monotonicMs: 1, wallMs });
  expect([call(noon), call(noon), call(noon)].map(({ kind }) => kind)).toEqual(['passed', 'passed', 'refused']);
  expect(call(noon, ask).kind).toBe('passed');
  expect(call(noon)).toMatchObject({ retryAfterMs: 12 * 3_600_000 });
  expect(call(noon + 12 * 3_600_000).kind).toBe('passed');
  expect(call(noon).kind).toBe('passed');
  expect(call(noon).kind).toBe('refused');
});

test('headers tell of the limit that leaves least, in the form that clients read', () => {
  const rates = new RateLimits();
  const limits = [limit({ requestsPerMinute: 10, tokensPerMinute: 100 }), limit({ requestsPerDay: 5 }, 'team:t')];
  expect(rateHeaders(passed(rates, limits, at(0)).standings(at(0)))).toEqual({
    'x-ratelimit-limit-requests': '5',
    'x-ratelimit-remaining-requests': '4',
    'x-ratelimit-reset-requests': '12h0m0s',
    'x-ratelimit-limit-tokens': '100',
    'x-ratelimit-remaining-tokens': '70',
    'x-ratelimit-reset-tokens': '1m1s',
  });
});

test('no minute ever holds more calls than its limit, whenever they come', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: 20, maxLength: 150 }), (gaps) => {
      const rates = new RateLimits();
      const limits = [limit({ requestsPerMinute: 7 })];
      const times: number[] = [];
      let nowMs = 1234;
      for (const gap of gaps) {
        nowMs += gap;
        const answer = rates.pass(limits, ask, { monotonicMs: nowMs, wallMs: noon });
        if (answer.kind === 'passed') {
          times.push(nowMs);
          continue;
        }
        // Who waits as long as he was told is let in.
        const wait = answer.retryAfterMs ?? 0;
        expect(rates.pass(limits, ask, { monotonicMs: nowMs + wait, wallMs: noon }).kind).toBe('passed');
        nowMs += wait;
        times.push(nowMs);
      }
      for (const from of times)
        expect(times.filter((time) => time >= from && time < from + 60_000).length).toBeLessThanOrEqual(7);
    }),
  );
});
