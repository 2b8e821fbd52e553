import { describe, expect, test } from 'bun:test';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { Json } from '../../json/json.ts';
import { readConfigTree, type TreeContext } from './read-config-tree.ts';

const context: TreeContext = {
  model: 'm',
  slug: (slug) =>
    slug === 'team-key'
      ? { provider: 'openai', credential: 'cr_1' }
      : slug === 'openai'
        ? { provider: 'openai' }
        : undefined,
  takesKeys: true,
};

const read = (tree: Json, more: Partial<TreeContext> = {}) => readConfigTree(tree, { ...context, ...more });

/** An object with a member `then` looks like a promise to linters. */
const rule = (query: Json, target: string): Json =>
  Object.fromEntries([
    ['query', query],
    ['then', target],
  ]);

describe('a tree of targets', () => {
  test('has everything on its nodes that such trees have', () => {
    const { route, warnings } = read({
      strategy: { mode: 'fallback', on_status_codes: [429, 500, 408] },
      request_timeout: 1000,
      override_params: { temperature: 0 },
      targets: [
        {
          provider: '@openai',
          retry: { attempts: 2, on_status_codes: [503], use_retry_after_header: true },
          default_params: { top_p: 1 },
          drop_params: ['seed'],
          custom_host: 'https://models.example.com:8000/v1',
          api_key: 'sk-own',
          forward_headers: ['X-Tenant'],
        },
        { virtual_key: 'team-key', override_params: { model: 'own' } },
      ],
    });
    expect(warnings).toEqual([]);
    expect(route).toEqual({
      kind: 'fallback',
      on: { statuses: [429, 500, 408], unanswered: ['transient', 'bad-response', 'timeout'] },
      firstByteMs: 1000,
      overrides: { temperature: 0 },
      routes: [
        {
          kind: 'target',
          model: 'openai/m',
          retry: {
            attempts: 2,
            on: { statuses: [503], unanswered: ['transient', 'bad-response'] },
            followsRetryAfter: true,
          },
          defaults: { top_p: 1 },
          drops: ['seed'],
          host: 'https://models.example.com:8000/v1',
          apiKey: 'sk-own',
          forwards: ['x-tenant'],
        },
        { kind: 'target', model: 'openai/own', credential: 'cr_1' },
      ],
    });
  });

  test('may be spelled as its code has it', () => {
    const { route } = read({
      provider: 'openai',
      requestTimeout: 5,
      overrideParams: { topP: 1 },
      retry: { attempts: 1 },
    });
    expect(route).toMatchObject({ firstByteMs: 5, overrides: { topP: 1 } });
  });

  test('a model may name its provider; a name that only begins so is the provider’s own', () => {
    expect(read({}, { model: '@openai/gpt-5' }).route).toMatchObject({ model: 'openai/gpt-5' });
    expect(read({ provider: 'workers-ai' }, { model: '@cf/meta/llama' }).route).toMatchObject({
      model: 'workers-ai/@cf/meta/llama',
    });
    expect(read({}, { model: '@unknown/x' }).route).toMatchObject({ model: 'unknown/x' });
  });

  test('conditions look at metadata, parameters, headers and the path, nested too', () => {
    const query = {
      $and: [{ 'metadata.user.tier': { $in: ['gold'] } }, { 'headers.X-Team': { $ne: 'red' } }],
      'url.pathname': { $regex: '^/v1/chat' },
      'params.seed': { $exists: false },
    };
    const tree = {
      strategy: { mode: 'conditional', conditions: [rule(query, 'a')] },
      targets: [{ name: 'a', provider: 'p' }],
    };
    expect(read(tree).route).toMatchObject({ kind: 'when', cases: [{ at: 'targets[0]', to: { model: 'p/m' } }] });
  });

  test('what documents and code spell otherwise is taken both ways, and told', () => {
    const warned = (tree: Json): readonly string[] => read(tree).warnings;
    expect(warned({ provider: 'p', retry: { attempts: 1, use_retry_after_headers: true } })).toEqual([
      'config.retry.use_retry_after_headers is read as use_retry_after_header',
    ]);
    expect(
      warned({ provider: 'p', retry: { attempts: 1, use_retry_after_headers: true, use_retry_after_header: false } }),
    ).toEqual(['config.retry says use_retry_after_header and use_retry_after_headers, which differ: the former holds']);
    const breaker = { failure_threshold: 3, cooldown_interval: 1000 };
    const onNode = read({ provider: 'p', cb_config: breaker });
    expect(onNode.route.circuit).toEqual({ failures: 3, leastCalls: 5, openMs: 30_000 });
    expect(onNode.warnings).toEqual(['config.cb_config.cooldown_interval is raised to 30000']);
    const twice = {
      strategy: { mode: 'single', cb_config: { failure_threshold: 9 } },
      cb_config: breaker,
      targets: [{ provider: 'p' }],
    };
    expect(read(twice).route.circuit?.failures).toBe(9);
    expect(warned(twice)[0]).toBe('config.cb_config and config.strategy.cb_config differ: the latter holds');
    expect(warned({ provider: 'p', cache: { mode: 'simple' }, strict_open_ai_compliance: false })).toEqual([
      'ignored config.cache (there is no cache of answers)',
    ]);
  });

  test('a leaf without a provider may name a route of the operator’s, whose settings give way to its own', () => {
    const smart = { kind: 'fallback', routes: [{ kind: 'target', model: 'a/x' }], firstByteMs: 9 } as const;
    const route = (name: string) => (name === 'smart' ? smart : undefined);
    expect(read({ request_timeout: 5 }, { model: 'smart', route }).route).toEqual({ ...smart, firstByteMs: 5 });
    expect(read({ provider: 'p' }, { model: 'smart', route }).route).toEqual({ kind: 'target', model: 'p/smart' });
  });

  test('one that is kept holds no keys', () => {
    expect(() => read({ provider: 'openai', api_key: 'sk' }, { takesKeys: false })).toThrow('config.api_key');
  });

  const leaf = { provider: 'p' };
  const balance = (...targets: Json[]): Json => ({ strategy: { mode: 'loadbalance' }, targets });
  const conditional = (query: Json, then = 'a'): Json => ({
    strategy: { mode: 'conditional', conditions: [rule(query, then)] },
    targets: [{ name: 'a', provider: 'p' }],
  });
  const nested = (levels: number): Json => (levels === 0 ? leaf : { targets: [nested(levels - 1)] });

  const bad: readonly (readonly [string, Json, string])[] = [
    ['no object', 'p', 'config'],
    ['no target', { strategy: { mode: 'fallback' }, targets: [] }, 'config.targets'],
    ['targets that are no list', { targets: leaf }, 'config.targets'],
    ['a target that is no object', { targets: ['p'] }, 'config.targets[0]'],
    ['no weight at all', balance({ ...leaf, weight: 0 }), 'config.targets'],
    ['a weight as text', balance({ ...leaf, weight: '1' }), 'config.targets[0].weight'],
    ['a weight below 0', balance({ ...leaf, weight: -1 }), 'config.targets[0].weight'],
    ['an unknown strategy', { strategy: { mode: 'best' }, targets: [leaf] }, 'config.strategy.mode'],
    ['a strategy as text', { strategy: 'fallback', targets: [leaf] }, 'config.strategy'],
    ['an unknown member', { ...leaf, retrys: {} }, 'config.retrys'],
    [
      'an unknown member of a strategy',
      { strategy: { mode: 'single', tries: 1 }, targets: [leaf] },
      'config.strategy.tries',
    ],
    ['an unknown member of retry', { ...leaf, retry: { attempts: 1, wait: 1 } }, 'config.retry.wait'],
    ['retries without a number', { ...leaf, retry: {} }, 'config.retry.attempts'],
    ['too many retries', { ...leaf, retry: { attempts: 11 } }, 'config.retry.attempts'],
    ['retries as text', { ...leaf, retry: { attempts: '3' } }, 'config.retry.attempts'],
    [
      'an unknown status',
      { ...leaf, retry: { attempts: 1, on_status_codes: [999] } },
      'config.retry.on_status_codes[0]',
    ],
    [
      'an unknown status of a fallback',
      { strategy: { mode: 'fallback', on_status_codes: ['500'] }, targets: [leaf] },
      'config.strategy.on_status_codes[0]',
    ],
    ['a time limit as text', { ...leaf, request_timeout: '1' }, 'config.request_timeout'],
    ['overrides as a list', { ...leaf, override_params: [] }, 'config.override_params'],
    ['a path to be dropped', { ...leaf, drop_params: ['messages[*].name'] }, 'config.drop_params[0]'],
    ['a key with a line end', { ...leaf, api_key: 'sk\n' }, 'config.api_key'],
    ['a cloud’s key', { ...leaf, aws_secret_access_key: 'sk' }, 'config.aws_secret_access_key'],
    ['a guardrail nobody would check', { ...leaf, input_guardrails: ['pg-1'] }, 'config.input_guardrails'],
    ['targets under their former name', { options: [leaf] }, 'config.options'],
    ['a host with a user', { ...leaf, custom_host: 'https://a@models.example.com:8000' }, 'config.custom_host'],
    [
      'a host with a fragment',
      { ...leaf, custom_host: 'https://evil.example.com#models.example.com:8000' },
      'config.custom_host',
    ],
    ['another scheme', { ...leaf, custom_host: 'file://models.example.com:8000' }, 'config.custom_host'],
    ['a header that holds a key', { ...leaf, forward_headers: ['Authorization'] }, 'config.forward_headers[0]'],
    ['a header that is none', { ...leaf, forward_headers: ['a\r\nb'] }, 'config.forward_headers[0]'],
    ['a condition without a target', conditional({ 'metadata.a': 1 }, 'b'), 'config.strategy.conditions[0].then'],
    ['a condition on nothing', conditional({ tier: 1 }), 'config.strategy.conditions[0].query.tier'],
    [
      'an unknown operator',
      conditional({ 'metadata.a': { $like: 1 } }),
      'config.strategy.conditions[0].query.metadata.a.$like',
    ],
    [
      'an unsafe pattern',
      conditional({ 'metadata.a': { $regex: '(?=a)' } }),
      'config.strategy.conditions[0].query.metadata.a.$regex',
    ],
    ['no conditions', { strategy: { mode: 'conditional' }, targets: [leaf] }, 'config.strategy.conditions'],
    ['a breaker without a threshold', { ...leaf, cb_config: { minimum_requests: 3 } }, 'config.cb_config'],
    [
      'an unknown sticky field',
      { strategy: { mode: 'loadbalance', sticky: { hash_fields: ['user'] } }, targets: [leaf] },
      'config.strategy.sticky.hash_fields[0]',
    ],
    ['101 targets', { targets: Array.from({ length: 101 }, () => leaf) }, 'config.targets'],
    [
      '51 targets below another',
      { targets: [{ targets: Array.from({ length: 51 }, () => leaf) }] },
      'config.targets[0].targets',
    ],
    ['a tree that goes too deep', nested(17), `config${'.targets[0]'.repeat(17)}`],
    [
      'ten thousand nodes',
      { targets: Array.from({ length: 100 }, () => ({ targets: Array.from({ length: 50 }, () => leaf) })) },
      'config.targets[39].targets[9]',
    ],
  ];

  test.each(bad)('%s: refused by its place', (_, tree, param) => {
    let thrown: unknown;
    try {
      read(tree);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(GatewayError);
    expect(thrown).toMatchObject({ status: 400, detail: { param } });
  });
});
