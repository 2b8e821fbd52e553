import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { type FailureClass, failureClasses } from '../errors/failure-class.ts';
import type { Json } from '../json/json.ts';
import { Cursor, type Failure, type Moment, type Step } from './cursor.ts';
import { Dice } from './dice.ts';
import { planRoute } from './plan-route.ts';
import { readDecision, writeDecision } from './record/decision-record.ts';
import { replayDecision } from './record/replay-decision.ts';
import type { Route } from './route.ts';
import { anyFacts, named, target, viewsOf } from './routing.fixture.ts';
import type { RouteViews, TargetView, Unusable } from './target-view.ts';

const calm: Moment = { nowMs: 0, open: () => false, takeRetry: () => true };

const walk = (route: Route, failures: readonly Failure[], views: RouteViews = viewsOf(), moment = calm): string[] => {
  const { candidates } = planRoute(named(route), anyFacts, { views, seed: 'seed' });
  const cursor = new Cursor(candidates, new Dice('walk'), 10_000);
  const steps = [cursor.next(undefined, moment)];
  for (const failure of failures) if (steps.at(-1)?.kind === 'attempt') steps.push(cursor.next(failure, moment));
  return steps.map(words);
};

const words = (step: Step): string =>
  step.kind === 'attempt' ? `${step.candidate.view.target}${step.retry > 0 ? `#${step.retry}` : ''}` : step.reason;

const failed = (failureClass: FailureClass, status?: number): Failure => ({ class: failureClass, status });
const down = failed('transient', 500);

const chain: Route = { kind: 'fallback', routes: ['a/x', 'b/x', 'c/x'].map(target) };

describe('a walk', () => {
  test('goes on after a failure until nothing is left', () => {
    expect(walk(chain, [down, down, down])).toEqual(['a/x', 'b/x', 'c/x', 'exhausted']);
  });

  test('ends at the caller’s own fault', () => {
    expect(walk(chain, [failed('caller-fault', 400)])).toEqual(['a/x', 'caller-fault']);
  });

  test('goes on only after failures that the fallback names', () => {
    const on = { classes: ['rate-limit'] as const, statuses: [400] };
    expect(walk({ ...chain, on }, [failed('rate-limit', 429), down])).toEqual(['a/x', 'b/x', 'not-matched']);
    expect(walk({ ...chain, on }, [failed('caller-fault', 400)])).toEqual(['a/x', 'b/x']);
  });

  test('an inner fallback that does not name a failure is left for the outer one that does', () => {
    const inner: Route = {
      kind: 'fallback',
      routes: [target('a/x'), target('b/x')],
      on: { classes: ['rate-limit'] },
    };
    const outer: Route = { kind: 'fallback', routes: [inner, target('c/x')], on: { classes: ['transient'] } };
    expect(walk(outer, [down])).toEqual(['a/x', 'c/x']);
    expect(walk(outer, [failed('rate-limit', 429), failed('rate-limit', 429)])).toEqual(['a/x', 'b/x', 'not-matched']);
  });

  test('tries a target again as often as it is told, then the next', () => {
    const route: Route = { ...chain, retry: { attempts: 2 } };
    expect(walk(route, [down, down, down])).toEqual(['a/x', 'a/x#1', 'a/x#2', 'b/x']);
    expect(walk(route, [failed('credential', 401)])).toEqual(['a/x', 'b/x']);
  });

  test('tries of a group are those of all its targets: each once, then round again', () => {
    const retry = { attempts: 3, across: true } as const;
    const group: Route = {
      kind: 'fallback',
      routes: [{ kind: 'ordered', routes: [target('a/x'), target('b/x')], retry }, target('c/x')],
    };
    expect(
      walk(
        group,
        Array.from({ length: 5 }, () => down),
      ),
    ).toEqual(['a/x', 'b/x', 'a/x#1', 'b/x#1', 'c/x', 'exhausted']);
    const odd: Route = { kind: 'ordered', routes: [target('a/x'), target('b/x')], retry: { ...retry, attempts: 2 } };
    expect(walk(odd, [down, down, down])).toEqual(['a/x', 'b/x', 'a/x#1', 'exhausted']);
    const few: Route = { kind: 'ordered', routes: ['a/x', 'b/x', 'c/x'].map(target), retry: { ...retry, attempts: 1 } };
    expect(walk(few, [down, down, down])).toEqual(['a/x', 'b/x', 'c/x', 'exhausted']);
  });

  test('tries may differ by class, and a class may have some although it would have none', () => {
    const route: Route = { ...chain, retry: { attempts: 1, byClass: { timeout: 0, credential: 2 } } };
    expect(walk(route, [failed('timeout')])).toEqual(['a/x', 'b/x']);
    expect(walk(route, [failed('credential'), failed('credential'), failed('credential')])).toEqual([
      'a/x',
      'a/x#1',
      'a/x#2',
      'b/x',
    ]);
    expect(walk(route, [down, down])).toEqual(['a/x', 'a/x#1', 'b/x']);
  });

  test('a fallback for what is too long or refused comes right after such a failure, and after no other', () => {
    const group: Route = { kind: 'ordered', routes: [target('a/x'), target('b/x')] };
    const long: Route = { kind: 'fallback', routes: [group, target('long/x')], on: { classes: ['context-window'] } };
    const safe: Route = { kind: 'fallback', routes: [long, target('safe/x')], on: { classes: ['content-policy'] } };
    const route: Route = { kind: 'fallback', routes: [safe, target('c/x')] };
    expect(walk(route, [failed('context-window', 400), down])).toEqual(['a/x', 'long/x', 'c/x']);
    expect(walk(route, [failed('content-policy', 400), down])).toEqual(['a/x', 'safe/x', 'c/x']);
    expect(walk(route, [down, down])).toEqual(['a/x', 'b/x', 'c/x']);
    expect(
      walk(route, [], viewsOf({ 'a/x': { standing: { state: 'open' } }, 'b/x': { standing: { state: 'open' } } })),
    ).toEqual(['c/x']);
  });

  test('tells how many fallbacks led to a target, and how often its group was tried', () => {
    const route: Route = {
      kind: 'fallback',
      routes: [{ kind: 'ordered', routes: [target('a/x'), target('b/x')] }, target('c/x')],
    };
    const { candidates } = planRoute(named(route), anyFacts, { views: viewsOf(), seed: 'seed' });
    const cursor = new Cursor(candidates, new Dice('walk'), 10_000);
    const counts = [undefined, down, down].map((failure) => cursor.next(failure, calm));
    expect(counts.map((step) => step.kind === 'attempt' && [step.fallbacks, step.triesInGroup])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ]);
    const leaving = new Cursor(candidates, new Dice('walk'), 10_000);
    leaving.next(undefined, calm);
    expect(words(leaving.next({ ...down, leavesGroup: true }, calm))).toBe('c/x');
  });

  test('waits as long as the provider says when told so, and goes elsewhere when that is beyond the deadline', () => {
    const route: Route = { ...chain, retry: { attempts: 1, followsRetryAfter: true } };
    const { candidates } = planRoute(named(route), anyFacts, { views: viewsOf(), seed: 'seed' });
    const cursor = new Cursor(candidates, new Dice('walk'), 10_000);
    cursor.next(undefined, calm);
    const again = cursor.next({ class: 'rate-limit', status: 429, retryAfterMs: 3000 }, calm);
    expect(again.kind === 'attempt' && again.waitMs >= 3000 && again.waitMs < 3100).toBe(true);
    expect(walk(route, [{ class: 'rate-limit', retryAfterMs: 60_000 }])).toEqual(['a/x', 'b/x']);
  });

  test('passes over a target whose circuit has opened meanwhile', () => {
    expect(walk(chain, [down], viewsOf(), { ...calm, open: ({ model }) => model === 'b/x' })).toEqual(['a/x', 'c/x']);
  });

  test('ends when the allowance for second tries is used up, unless the failure lies in the request', () => {
    const spent = { ...calm, takeRetry: () => false };
    expect(walk(chain, [down], viewsOf(), spent)).toEqual(['a/x', 'retry-budget']);
    expect(walk(chain, [failed('context-window', 400)], viewsOf(), spent)).toEqual(['a/x', 'b/x']);
  });

  test('ends at the deadline', () => {
    expect(walk(chain, [down], viewsOf(), { ...calm, nowMs: 10_000 })).toEqual(['a/x', 'deadline']);
  });

  test('has nowhere to go when nothing can be called', () => {
    expect(walk(target('a/x'), [], viewsOf({ 'a/x': { unusable: 'forbidden' } }))).toEqual(['no-candidate']);
  });
});

const models = ['a/x', 'b/x', 'c/x', 'd/x', 'e/x', 'f/x'] as const;

const stickies = [{}, { sticky: [['metadata', 'tier']] }, { sticky: [['metadata', 'none']] }] as const;

const anyRoute: fc.Arbitrary<Route> = fc.letrec<{ readonly route: Route }>((tie) => ({
  route: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...models).map(target),
    fc
      .record({ routes: fc.array(tie('route'), { minLength: 1, maxLength: 3 }), on: fc.subarray([...failureClasses]) })
      .map(
        ({ routes, on }): Route => ({ kind: 'fallback', routes, ...(on.length === 0 ? {} : { on: { classes: on } }) }),
      ),
    fc
      .tuple(fc.array(fc.record({ route: tie('route'), weight: fc.nat(5) }), { minLength: 1, maxLength: 3 }), fc.nat(2))
      .map(([routes, how]): Route => ({ kind: 'balance', routes, ...stickies[how] })),
    tie('route').map((route): Route => ({ kind: 'sticky', route, idleMs: 1000 })),
    fc
      .array(tie('route'), { minLength: 1, maxLength: 3 })
      .map((routes): Route => ({ kind: 'choose', routes, choice: {} })),
    tie('route').map((route): Route => ({ kind: 'watch', route, pool: [route], choice: {} })),
    tie('route').map((route): Route => ({ kind: 'first', route })),
    fc
      .tuple(tie('route'), tie('route'), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([route, to, share]): Route => ({ kind: 'mirror', route, to, share })),
    fc.tuple(tie('route'), tie('route'), fc.constantFrom('paid', 'free')).map(
      ([to, otherwise, value]): Route => ({
        kind: 'when',
        cases: [{ test: { kind: 'equal', path: ['metadata', 'tier'], value }, to }],
        otherwise,
      }),
    ),
    fc
      .record({
        routes: fc.array(tie('route'), { minLength: 1, maxLength: 3 }),
        by: fc.constantFrom(
          'price' as const,
          'latency' as const,
          'throughput' as const,
          'least-busy' as const,
          'usage' as const,
        ),
        within: fc.option(fc.constantFrom(0, 0.5), { nil: undefined }),
      })
      .map(
        ({ routes, by, within }): Route => ({ kind: 'rank', routes, by, ...(within === undefined ? {} : { within }) }),
      ),
    tie('route').map((route): Route => ({ kind: 'tagged', route, all: false, tags: ['free'] })),
    fc.array(tie('route'), { minLength: 1, maxLength: 3 }).map(
      (routes): Route => ({
        kind: 'ordered',
        routes,
        capacity: { requestsPerMinute: 5 },
        retry: { attempts: 3, across: true },
      }),
    ),
    fc
      .array(tie('route'), { minLength: 1, maxLength: 3 })
      .map((routes): Route => ({ kind: 'price-draw', routes, retry: { attempts: 1 } })),
  ),
})).route;

const anyView: fc.Arbitrary<Partial<TargetView>> = fc.record(
  {
    unusable: fc.constantFrom<Unusable>('forbidden', 'unknown-model', 'not-configured', 'unsupported'),
    inputPrice: fc.nat(100),
    outputPrice: fc.nat(100),
    unstable: fc.boolean(),
    inFlight: fc.nat(9),
    minuteRequests: fc.nat(9),
    minuteTokens: fc.nat(99),
    firstByteMs: fc.nat(900),
    standing: fc.constantFrom(
      { state: 'open' as const },
      { state: 'closed' as const },
      { state: 'half-open' as const },
    ),
  },
  { requiredKeys: [] },
);

const anyViews = fc.record(Object.fromEntries(models.map((model) => [model, anyView])));
const anyFailures = fc.array(
  fc.record({ class: fc.constantFrom(...failureClasses), status: fc.constantFrom(400, 429, 500) }),
  { maxLength: 20 },
);

describe('whatever the route, the views and the failures', () => {
  test('a forbidden target is never attempted, and the same inputs give the same walk', () => {
    fc.assert(
      fc.property(anyRoute, anyViews, anyFailures, (route, known, failures) => {
        const steps = walk(route, failures, viewsOf(known));
        const tried = steps.map((step) => step.replace(/#.*/, ''));
        for (const [model, view] of Object.entries(known))
          if (view.unusable !== undefined) expect(tried).not.toContain(model);
        expect(walk(route, failures, viewsOf(known))).toEqual(steps);
      }),
    );
  });

  test('a decision that was written down, read and made again is the same', () => {
    fc.assert(
      fc.property(anyRoute, anyViews, fc.string(), (route, known, seed) => {
        const facts = { ...anyFacts, metadata: { tier: 'paid' }, caller: 'o/k', conversation: 'o/s/1', tags: ['a'] };
        const views: RouteViews = { ...viewsOf(known), pinned: () => 'c/x' };
        const { decision } = planRoute(named(route), facts, { views, seed });
        const kept = JSON.parse(JSON.stringify(writeDecision(decision, facts, 'h'))) as Json;
        const read = readDecision(kept, seed);
        expect(read?.decision.candidates.map(({ target, verdict }) => [target, verdict])).toEqual(
          decision.candidates.map(({ target, verdict }) => [target, verdict]),
        );
        if (read !== undefined) expect(replayDecision(read, route).order).toEqual(decision.order);
      }),
      { numRuns: 500 },
    );
  });
});
