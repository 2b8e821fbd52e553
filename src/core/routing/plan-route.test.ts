import { describe, expect, test } from 'bun:test';
import { HealthBook } from './health/health-book.ts';
import type { RouteFacts } from './plan-route.ts';
import { planRoute } from './plan-route.ts';
import type { Route } from './route.ts';
import { anyFacts, named, target, viewsOf } from './routing.fixture.ts';
import type { TargetView } from './target-view.ts';

const plan = (
  route: Route,
  known: Readonly<Record<string, Partial<TargetView>>> = {},
  facts: Partial<RouteFacts> = {},
) => planRoute(named(route), { ...anyFacts, ...facts }, { views: viewsOf(known), seed: 'seed' });

const orderOf = (...words: Parameters<typeof plan>) => plan(...words).decision.order;

const list = (...models: readonly string[]) => models.map(target);

describe('the order of a route', () => {
  test('a fallback keeps its order', () => {
    expect(orderOf({ kind: 'fallback', routes: list('a/x', 'b/x', 'c/x') })).toEqual(['a/x', 'b/x', 'c/x']);
  });

  test('a target whose circuit is open goes last, and the record says so', () => {
    const { decision } = plan(
      { kind: 'fallback', routes: list('a/x', 'b/x') },
      { 'a/x': { standing: { state: 'open', because: 'transient', readyAtMs: 9 } } },
    );
    expect(decision.order).toEqual(['b/x', 'a/x']);
    expect(decision.candidates.map(({ target: name, verdict, reason }) => [name, verdict, reason])).toEqual([
      ['a/x', 'moved', 'circuit-open'],
      ['b/x', 'kept', 'in-order'],
    ]);
  });

  test('what cannot be called is left out with its reason', () => {
    const { decision } = plan(
      { kind: 'fallback', routes: list('a/x', 'b/x', 'c/x') },
      { 'a/x': { unusable: 'not-configured' }, 'b/x': { contextTokens: 5 } },
    );
    expect(decision.order).toEqual(['c/x']);
    expect(decision.candidates.map(({ path, verdict, reason }) => [path, verdict, reason])).toEqual([
      ['route.targets[0]', 'dropped', 'not-configured'],
      ['route.targets[1]', 'dropped', 'context-window'],
      ['route.targets[2]', 'kept', 'in-order'],
    ]);
  });

  test('rankings put the cheapest, the quickest, the least busy first, and the unknown where it does no harm', () => {
    const known = {
      'a/x': { inputPrice: 3, outputPrice: 9, firstByteMs: 10, inFlight: 5 },
      'b/x': { inputPrice: 1, outputPrice: 2, firstByteMs: 30, inFlight: 1 },
      'c/x': { inFlight: 3 },
    };
    const routes = list('a/x', 'b/x', 'c/x');
    expect(orderOf({ kind: 'rank', routes, by: 'price' }, known)).toEqual(['b/x', 'a/x', 'c/x']);
    expect(orderOf({ kind: 'rank', routes, by: 'latency' }, known)).toEqual(['c/x', 'a/x', 'b/x']);
    expect(orderOf({ kind: 'rank', routes, by: 'least-busy' }, known)).toEqual(['b/x', 'c/x', 'a/x']);
  });

  test('a filter leaves out what is too dear, unpriced, or of another provider', () => {
    const known = {
      'a/x': { inputPrice: 3, outputPrice: 9 },
      'b/x': { inputPrice: 1, outputPrice: 2 },
      'd/x': { inputPrice: 0, outputPrice: 0 },
    };
    const route: Route = { kind: 'fallback', routes: list('a/x', 'b/x', 'c/x', 'd/x') };
    expect(orderOf({ kind: 'filter', route, keep: { maxInputPrice: 2 } }, known)).toEqual(['b/x', 'd/x']);
    expect(orderOf({ kind: 'filter', route, keep: { free: true } }, known)).toEqual(['d/x']);
    expect(orderOf({ kind: 'filter', route, keep: { only: ['a', 'b'], ignore: ['b'] } }, known)).toEqual(['a/x']);
    expect(
      orderOf(
        { kind: 'filter', route, keep: { requireParameters: true } },
        { 'a/x': { parameters: ['tools'] } },
        {
          parameters: ['tools'],
        },
      ),
    ).toEqual(['a/x']);
  });

  test('a condition chooses its case; a path that leads nowhere makes even "not equal" false', () => {
    const route: Route = {
      kind: 'when',
      cases: [
        { test: { kind: 'equal', path: ['metadata', 'tier'], value: 'paid' }, to: target('a/x') },
        { test: { kind: 'not-equal', path: ['metadata', 'team'], value: 'x' }, to: target('b/x') },
      ],
      otherwise: target('c/x'),
    };
    expect(orderOf(route, {}, { metadata: { tier: 'paid' } })).toEqual(['a/x']);
    expect(orderOf(route, {}, { metadata: { team: 'y' } })).toEqual(['b/x']);
    expect(orderOf(route)).toEqual(['c/x']);
  });

  test('settings hold for all below, where a node below does not say otherwise', () => {
    const { candidates } = plan({
      kind: 'fallback',
      deadlineMs: 1000,
      overrides: { temperature: 0, seed: 1 },
      routes: [{ ...target('a/x'), overrides: { seed: 2 } }, target('b/x')],
    });
    expect(candidates.map(({ settings }) => settings)).toEqual([
      { deadlineMs: 1000, overrides: { temperature: 0, seed: 2 } },
      { deadlineMs: 1000, overrides: { temperature: 0, seed: 1 } },
    ]);
  });

  test('the least used of the minute comes first, and one that has had its share is left out', () => {
    const known = {
      'a/x': { minuteTokens: 900, minuteRequests: 2 },
      'b/x': { minuteTokens: 100, minuteRequests: 9 },
      'c/x': { minuteTokens: 100, minuteRequests: 3 },
    };
    const routes = list('a/x', 'b/x', 'c/x');
    expect(orderOf({ kind: 'rank', routes, by: 'usage' }, known)).toEqual(['c/x', 'b/x', 'a/x']);
    const full = plan({ kind: 'fallback', routes, capacity: { requestsPerMinute: 9 } }, known).decision;
    expect(full.order).toEqual(['a/x', 'c/x']);
    expect(full.candidates[0]).toMatchObject({ target: 'b/x', verdict: 'dropped', reason: 'at-capacity' });
    expect(orderOf({ kind: 'fallback', routes, capacity: { tokensPerMinute: 105 } }, known)).toEqual([]);
    expect(orderOf({ kind: 'fallback', routes, capacity: { tokensPerMinute: 110 } }, known)).toEqual(['b/x', 'c/x']);
  });

  test('a whole answer is wanted from where tokens come fast, a stream from where it begins soon', () => {
    const known = { 'a/x': { firstByteMs: 10, tokensPerSecond: 5 }, 'b/x': { firstByteMs: 90, tokensPerSecond: 50 } };
    const route: Route = { kind: 'rank', routes: list('a/x', 'b/x'), by: 'latency' };
    expect(orderOf(route, known, { streams: true })).toEqual(['a/x', 'b/x']);
    expect(orderOf(route, known, { streams: false })).toEqual(['b/x', 'a/x']);
  });

  test('those about as good as the best are drawn', () => {
    const known = { 'a/x': { firstByteMs: 100 }, 'b/x': { firstByteMs: 115 }, 'c/x': { firstByteMs: 130 } };
    const route: Route = { kind: 'rank', routes: list('a/x', 'b/x', 'c/x'), by: 'latency', within: 0.2 };
    const firsts = new Map<string | undefined, number>();
    for (let seed = 0; seed < 300; seed += 1) {
      const { decision } = planRoute(named(route), anyFacts, { views: viewsOf(known), seed: String(seed) });
      firsts.set(decision.order[0], (firsts.get(decision.order[0]) ?? 0) + 1);
    }
    expect([...firsts.keys()].sort()).toEqual(['a/x', 'b/x']);
    expect(Math.abs((firsts.get('a/x') ?? 0) - 150)).toBeLessThan(45);
  });

  test('tags pick targets; without a tag those called default are meant', () => {
    const tagged = (model: string, ...tags: readonly string[]): Route => ({ kind: 'target', model, tags });
    const routes = [tagged('a/x', 'free'), tagged('b/x', 'paid', 'eu'), tagged('c/x', 'default'), target('d/x')];
    const any: Route = { kind: 'tagged', route: { kind: 'fallback', routes }, all: false };
    expect(orderOf(any, {}, { tags: ['paid'] })).toEqual(['b/x']);
    expect(orderOf(any, {}, { tags: ['free', 'eu'] })).toEqual(['a/x', 'b/x']);
    expect(orderOf({ ...any, all: true }, {}, { tags: ['paid', 'eu'] })).toEqual(['b/x']);
    expect(orderOf({ ...any, all: true }, {}, { tags: ['paid', 'us'] })).toEqual(['c/x']);
    expect(orderOf(any, {}, { tags: [] })).toEqual(['c/x']);
    expect(orderOf(any, {}, { tags: ['!default'] })).toEqual(['a/x', 'b/x', 'd/x']);
    const without: Route = { kind: 'tagged', route: { kind: 'fallback', routes: routes.slice(0, 2) }, all: false };
    expect(orderOf(without, {}, { tags: ['other'] })).toEqual([]);
  });

  test('regions keep what is in one of them', () => {
    const routes: readonly Route[] = [
      { kind: 'target', model: 'a/x', region: 'eu' },
      { kind: 'target', model: 'b/x', region: 'us' },
      target('c/x'),
    ];
    expect(orderOf({ kind: 'filter', route: { kind: 'fallback', routes }, keep: { regions: ['eu'] } })).toEqual([
      'a/x',
    ]);
  });

  test('a fallback for requests that are too long comes first when they are too long for the rest, and is none for anything else', () => {
    const route: Route = { kind: 'fallback', routes: list('a/x', 'b/x'), on: { classes: ['context-window'] } };
    expect(orderOf(route, { 'a/x': { contextTokens: 5 } })).toEqual(['b/x']);
    expect(plan(route, { 'a/x': { unusable: 'not-configured' } }).decision).toMatchObject({
      order: [],
      candidates: [{ reason: 'not-configured' }, { target: 'b/x', verdict: 'dropped', reason: 'not-meant' }],
    });
  });

  test.each([
    ['overrides', { temperature: 0 }],
    ['replaces', { messages: [] }],
    ['defaults', { top_p: 1 }],
    ['drops', ['seed']],
    ['forwards', ['x-tenant']],
    ['host', 'https://models.example.com/v1'],
    ['apiKey', 'sk-own'],
    ['credential', 'cr_1'],
    ['answer', 'Hello'],
  ] as const)('a target that stands twice with other %s is another call', (name, value) => {
    const twice: Route = { kind: 'fallback', routes: [target('a/x'), { ...target('a/x'), [name]: value }] };
    expect(orderOf(twice)).toEqual(['a/x', 'a/x']);
  });

  test('a target that stands twice is tried once', () => {
    expect(orderOf({ kind: 'fallback', routes: list('a/x', 'b/x', 'a/x') })).toEqual(['a/x', 'b/x']);
  });

  test('weight 0 takes no calls while others do, and the first alone has no second', () => {
    const routes = [
      { route: target('a/x'), weight: 0 },
      { route: target('b/x'), weight: 1 },
    ];
    expect(orderOf({ kind: 'balance', routes })).toEqual(['b/x', 'a/x']);
    expect(orderOf({ kind: 'first', route: { kind: 'balance', routes } })).toEqual(['b/x']);
  });
});

/** Pearson's statistic of counts against expected shares. */
const chiSquare = (counts: readonly number[], shares: readonly number[]): number => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, index) => {
    const expected = total * (shares[index] ?? 0);
    return sum + (count - expected) ** 2 / expected;
  }, 0);
};

/** Beyond it a fair draw of three comes once in a thousand times (two degrees of freedom). */
const bound = 13.82;

const firsts = (route: Route, known: Readonly<Record<string, Partial<TargetView>>>): readonly number[] => {
  const counts = [0, 0, 0];
  const names = ['a/x', 'b/x', 'c/x'];
  for (let draw = 0; draw < 20_000; draw += 1) {
    const made = planRoute(named(route), anyFacts, { views: viewsOf(known), seed: `req_01j${draw.toString(36)}` });
    const first = names.indexOf(made.decision.order[0] ?? '');
    counts[first] = (counts[first] ?? 0) + 1;
  }
  return counts;
};

describe('draws', () => {
  test('weights 5, 3, 2 give these shares', () => {
    const weights = [5, 3, 2];
    const routes = list('a/x', 'b/x', 'c/x').map((route, index) => ({ route, weight: weights[index] ?? 0 }));
    expect(chiSquare(firsts({ kind: 'balance', routes }, {}), [0.5, 0.3, 0.2])).toBeLessThan(bound);
  });

  test('calls that stay together are drawn together: by weight over all of them, and only those of a target that is gone move', () => {
    const weights = [5, 3, 2];
    const routes = list('a/x', 'b/x', 'c/x').map((route, index) => ({ route, weight: weights[index] ?? 0 }));
    const route: Route = { kind: 'balance', routes, sticky: [['metadata', 'user']] };
    const first = (user: number, caller: string, known: Readonly<Record<string, Partial<TargetView>>> = {}): string => {
      const facts = { ...anyFacts, caller, metadata: { user } };
      const seed = `req_${user}_${Object.keys(known).length}`;
      return planRoute(named(route), facts, { views: viewsOf(known), seed }).decision.order[0] ?? '';
    };
    const users = Array.from({ length: 5000 }, (_, user) => user);
    const before = users.map((user) => first(user, 'org/key'));
    const counts = ['a/x', 'b/x', 'c/x'].map((name) => before.filter((one) => one === name).length);
    expect(chiSquare(counts, [0.5, 0.3, 0.2])).toBeLessThan(bound);
    const gone = { 'b/x': { standing: { state: 'open' as const } } };
    const after = users.map((user) => first(user, 'org/key', gone));
    expect(users.filter((user) => before[user] !== 'b/x' && before[user] !== after[user])).toEqual([]);
    expect(after).not.toContain('b/x');
    expect(users.some((user) => before[user] !== first(user, 'other/key'))).toBe(true);
  });

  test('prices 1, 2, 3 give 73.5, 18.4 and 8.2 per cent', () => {
    const priced = (price: number) => ({ inputPrice: price * 1e9, outputPrice: price * 1e9 });
    const known = { 'a/x': priced(1), 'b/x': priced(2), 'c/x': priced(3) };
    const counts = firsts({ kind: 'price-draw', routes: list('a/x', 'b/x', 'c/x') }, known);
    expect(chiSquare(counts, [36 / 49, 9 / 49, 4 / 49])).toBeLessThan(bound);
  });

  test('a target with failures of late is drawn after all others', () => {
    const priced = (price: number) => ({ inputPrice: price, outputPrice: price });
    const known = { 'a/x': { ...priced(1), unstable: true }, 'b/x': priced(1000) };
    expect(orderOf({ kind: 'price-draw', routes: list('a/x', 'b/x') }, known)).toEqual(['b/x', 'a/x']);
  });
});

describe('a provider whose money is spent', () => {
  const spent = { 'a/x': { spent: true }, 'c/x': { spent: true } } as const;

  test('is left out while another can be asked', () => {
    const { order, candidates } = planRoute(named({ kind: 'fallback', routes: list('a/x', 'b/x', 'c/x') }), anyFacts, {
      views: viewsOf(spent),
      seed: 'seed',
    }).decision;
    expect(order).toEqual(['b/x']);
    expect(candidates.map(({ verdict, reason }) => `${verdict} ${reason}`)).toEqual([
      'dropped budget-spent',
      'kept in-order',
      'dropped budget-spent',
    ]);
  });

  test('is asked where there is no other, so that the refusal names the budget', () => {
    expect(orderOf({ kind: 'fallback', routes: list('a/x', 'c/x') }, spent)).toEqual(['a/x', 'c/x']);
  });
});

describe('what was learnt from calls', () => {
  test('moves the calls within thirty seconds when the quicker of two becomes the slower one', () => {
    const book = new HealthBook();
    const speed = { 'a/x': 100, 'b/x': 300 };
    const route: Route = { kind: 'rank', by: 'latency', routes: list('a/x', 'b/x') };
    const firstAt = (nowMs: number): 'a/x' | 'b/x' => {
      const known = Object.fromEntries(
        Object.keys(speed).map((model) => {
          const firstByteMs = book.of(model).firstByteMs(nowMs);
          return [model, firstByteMs === undefined ? {} : { firstByteMs }];
        }),
      );
      return orderOf(route, known)[0] === 'a/x' ? 'a/x' : 'b/x';
    };
    let nowMs = 0;
    const callFor = (spanMs: number): readonly string[] => {
      const asked: string[] = [];
      for (const endMs = nowMs + spanMs; nowMs < endMs; nowMs += 500) {
        const model = firstAt(nowMs);
        const flight = book.of(model).begin(nowMs);
        flight.answered(nowMs + speed[model], speed[model]);
        flight.end();
        asked.push(model);
      }
      return asked;
    };
    const share = (asked: readonly string[], model: string): number =>
      asked.filter((one) => one === model).length / asked.length;
    callFor(10_000);
    expect(share(callFor(60_000), 'a/x')).toBeGreaterThan(0.8);
    speed['a/x'] = 900;
    callFor(30_000);
    expect(share(callFor(60_000), 'b/x')).toBeGreaterThan(0.8);
  });
});
