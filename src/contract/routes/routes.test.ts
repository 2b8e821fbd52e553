import { describe, expect, test } from 'bun:test';
import type { Route } from '../../core/routing/route.ts';
import { parseConfig } from '../parse-config.ts';

const problems = (routes: unknown): readonly string[] => {
  const parsed = parseConfig(JSON.stringify({ routes }), {});
  return 'problems' in parsed ? parsed.problems.map(({ path, message }) => `${path} ${message}`) : [];
};

const read = (routes: unknown): ReadonlyMap<string, Route> => {
  const parsed = parseConfig(JSON.stringify({ routes }), {});
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config.routes;
};

describe('routes of a config file', () => {
  test('become trees, with the routes they name in their place', () => {
    const routes = read({
      pair: { balance: ['a/x', { to: 'b/x', weight: 3 }], retry: { attempts: 1 } },
      main: {
        fallback: ['pair', { cheapest: ['c/x', 'd/x'], keep: { max_input_per_million: 2.5 } }],
        on: ['rate-limit', 503],
        deadline_ms: 9000,
      },
    });
    expect(routes.get('main')).toEqual({
      kind: 'fallback',
      on: { classes: ['rate-limit'], statuses: [503] },
      deadlineMs: 9000,
      routes: [
        {
          kind: 'balance',
          retry: { attempts: 1, followsRetryAfter: true },
          routes: [
            { route: { kind: 'target', model: 'a/x' }, weight: 1 },
            { route: { kind: 'target', model: 'b/x' }, weight: 3 },
          ],
        },
        {
          kind: 'filter',
          keep: { maxInputPrice: 2_500_000_000 },
          route: {
            kind: 'rank',
            by: 'price',
            routes: [
              { kind: 'target', model: 'c/x' },
              { kind: 'target', model: 'd/x' },
            ],
          },
        },
      ],
    });
  });

  test('may depend on the request', () => {
    const routes = read({
      r: {
        when: [{ if: { 'metadata.tier': { $in: ['paid', 'vip'] }, 'params.max_tokens': { $gte: 100 } }, to: 'a/x' }],
        otherwise: 'b/x',
      },
    });
    expect(routes.get('r')).toMatchObject({
      cases: [
        {
          test: {
            kind: 'all',
            of: [
              { kind: 'in', path: ['metadata', 'tier'], values: ['paid', 'vip'] },
              { kind: 'at-least', path: ['params', 'max_tokens'], value: 100 },
            ],
          },
        },
      ],
    });
  });

  test('what stands at an order of its own is a group that comes in its turn', () => {
    const routes = read({
      r: {
        balance: [
          { to: 'b/x', order: 2 },
          { to: 'a/x', weight: 3, order: 1 },
          { to: 'c/x', order: 2 },
        ],
      },
    });
    expect(routes.get('r')).toMatchObject({
      kind: 'ordered',
      routes: [
        { kind: 'balance', routes: [{ route: { model: 'a/x' }, weight: 3 }] },
        { kind: 'balance', routes: [{ route: { model: 'b/x' } }, { route: { model: 'c/x' } }] },
      ],
    });
  });

  test('tries for a class, breakers, room, tags and regions are read', () => {
    const routes = read({
      r: {
        least_used: [
          { to: 'a/x', limits: { requests_per_minute: 9 }, tags: ['free'], region: 'eu' },
          { to: 'b/x', breaker: { allowed_failures: 3, allowed_by_class: { 'rate-limit': 0 }, open_ms: 5000 } },
        ],
        within: 0.5,
        retry: { attempts: 2, across: true, by_class: { timeout: 0 } },
        stream_first_byte_ms: 900,
        keep: { tags: 'any', regions: ['eu'] },
      },
    });
    expect(routes.get('r')).toMatchObject({
      kind: 'tagged',
      all: false,
      route: {
        kind: 'filter',
        keep: { regions: ['eu'] },
        route: {
          kind: 'rank',
          by: 'usage',
          within: 0.5,
          streamFirstByteMs: 900,
          retry: { attempts: 2, across: true, byClass: { timeout: 0 } },
          routes: [
            { capacity: { requestsPerMinute: 9 }, tags: ['free'], region: 'eu' },
            { breaker: { allowedFailures: 3, allowedByClass: { 'rate-limit': 0 }, openMs: 5000 } },
          ],
        },
      },
    });
  });

  const bad: readonly (readonly [string, unknown, string])[] = [
    [
      'weights as texts',
      { r: { balance: [{ to: 'a/x', weight: '1' }] } },
      'routes.r.balance[0].weight must be a number, got a text',
    ],
    ['no weight at all', { r: { balance: [{ to: 'a/x', weight: 0 }] } }, 'routes.r.balance has no weight above 0'],
    [
      'weights below 0',
      { r: { balance: [{ to: 'a/x', weight: -1 }] } },
      'routes.r.balance[0].weight must be at least 0',
    ],
    ['an empty list', { r: { fallback: [] } }, 'routes.r.fallback must be at least 1'],
    ['an unknown strategy', { r: { cheepest: ['a/x'] } }, 'routes.r.cheepest is not a known key'],
    ['an unknown failure', { r: { fallback: ['a/x'], on: ['tired'] } }, 'routes.r.on'],
    ['a status that is none', { r: { fallback: ['a/x'], on: [999] } }, 'routes.r.on'],
    ['a share without a measure', { r: { to: 'a/x', within: 1 } }, 'routes.r.within means nothing without'],
    ['nothing to do', { r: { retry: { attempts: 1 } } }, 'routes.r says nothing to do'],
    ['two things to do', { r: { fallback: ['a/x'], balance: ['b/x'] } }, 'routes.r says fallback and balance'],
    ['a route within itself', { r: { fallback: ['a/x', 'r'] } }, 'routes.r.fallback[1] leads back to itself: r → r'],
    [
      'routes that lead in a circle',
      { p: { to: 'q' }, q: { to: 's' }, s: { fallback: ['p'] } },
      'leads back to itself: p → q → s → p',
    ],
    [
      'a route that mirrors itself',
      { r: { to: 'a/x', mirror: { to: 'r' } } },
      'routes.r.mirror.to leads back to itself',
    ],
    [
      'a share above 1',
      { r: { to: 'a/x', mirror: { to: 'b/x', share: 2 } } },
      'routes.r.mirror.share must be at most 1',
    ],
    [
      'calls together without a balance',
      { r: { to: 'a/x', together: ['metadata.a'] } },
      'routes.r.together means nothing',
    ],
    [
      'calls together by nothing',
      { r: { balance: ['a/x'], together: ['user'] } },
      'routes.r.together[0] is not a path',
    ],
    ['a conversation that is never idle', { r: { to: 'a/x', sticky: { idle_seconds: 0 } } }, 'routes.r.sticky'],
    [
      'an unknown operator',
      { r: { when: [{ if: { 'metadata.a': { $like: 'x' } }, to: 'a/x' }] } },
      'routes.r.when[0].if.metadata.a.$like is not a known operator',
    ],
    [
      'a regular expression that cannot be followed in one pass',
      { r: { when: [{ if: { 'metadata.a': { $regex: '(a)\\1' } }, to: 'a/x' }] } },
      'routes.r.when[0].if.metadata.a.$regex has \\1, which is not taken',
    ],
    [
      'a path that is none',
      { r: { when: [{ if: { tier: 1 }, to: 'a/x' }] } },
      'routes.r.when[0].if.tier is not a path',
    ],
    [
      'a tree of ten thousand nodes',
      { r: { fallback: Array.from({ length: 10_000 }, () => 'a/x') } },
      'routes.r is larger than a route may be',
    ],
    [
      'routes that multiply',
      Object.fromEntries(
        Array.from({ length: 14 }, (_, index) => [
          `r${index}`,
          { fallback: [`r${index + 1}`, `r${index + 1}`, `r${index + 1}`] },
        ]),
      ),
      'comes to more than 2000 nodes',
    ],
  ];

  test.each(bad)('%s: refused with the place', (_, routes, problem) => {
    expect(problems(routes).join('\n')).toContain(problem);
  });

  test('a tree that is deeper than calls may nest is refused as well', () => {
    let tree: unknown = 'a/x';
    for (let depth = 0; depth < 50; depth += 1) tree = { fallback: [tree] };
    expect(problems({ r: tree })).toHaveLength(1);
  });
});
