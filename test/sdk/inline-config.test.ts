import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';
import { type Simulator, startSimulator } from '../../src/simulators/index.ts';
import { type StartedProgram, startProgram } from '../support/sluice-program.ts';

const masterKey = 'sk-sluice-test-key';
const providerKey = 'sk-provider-secret-0123456789abcdef';

let simulator: Simulator;
let sluice: StartedProgram;

beforeAll(async () => {
  simulator = startSimulator({ key: providerKey });
  const host = (id: string) => ({
    id,
    like: 'openai-compatible',
    base_url: `${simulator.url}/v1`,
    api_key: providerKey,
  });
  sluice = await startProgram({
    masterKey,
    config: JSON.stringify({
      drain_ms: 1000,
      providers: [host('one'), host('two'), { id: 'anthropic', base_url: simulator.url, api_key: providerKey }],
    }),
  });
});

afterAll(async () => {
  await sluice.stop();
  simulator.stop();
});

/** A call with a tree in its header, the key where clients of such gateways have it. */
const call = async (config: object | undefined, more: object = {}, headers: Record<string, string> = {}) => {
  const client = new OpenAI({
    apiKey: 'none',
    baseURL: `${sluice.url}/v1`,
    maxRetries: 0,
    defaultHeaders: {
      authorization: null,
      'x-portkey-api-key': masterKey,
      ...(config === undefined ? {} : { 'x-portkey-config': JSON.stringify(config) }),
      ...headers,
    },
  });
  const { response } = await client.chat.completions
    .create({ model: 'm', messages: [{ role: 'user', content: 'hi' }], max_tokens: 20, ...more } as never)
    .withResponse();
  const header = (name: string) => response.headers.get(name);
  return { provider: header('x-sluice-provider'), option: header('x-portkey-last-used-option-index'), header };
};

/** An object with a member `then` looks like a promise to linters. */
const rule = (query: object, target: string): object =>
  Object.fromEntries([
    ['query', query],
    ['then', target],
  ]);

const failing = { provider: 'one', override_params: { model: 'sim.status-500--x' } };

describe('trees of targets in a header', () => {
  test('a fallback goes on to its next target and tells which answered', async () => {
    const { provider, option, header } = await call(
      { strategy: { mode: 'fallback' }, targets: [failing, { provider: '@anthropic' }] },
      {},
      { 'x-portkey-trace-id': 'trace-7' },
    );
    expect([provider, option]).toEqual(['anthropic', 'config.targets[1]']);
    expect([header('x-portkey-retry-attempt-count'), header('x-portkey-trace-id')]).toEqual(['0', 'trace-7']);
  });

  test('statuses say when to go on', async () => {
    const on = { strategy: { mode: 'fallback', on_status_codes: [429] }, targets: [failing, { provider: 'two' }] };
    await expect(call(on)).rejects.toMatchObject({ status: 500 });
  });

  test('a load balance gives a target of weight 0 nothing, and parameters are set', async () => {
    const { provider } = await call({
      strategy: { mode: 'loadbalance' },
      override_params: { temperature: 0.5 },
      targets: [
        { ...failing, weight: 0 },
        { provider: 'two', override_params: { model: 'own' }, weight: 1 },
      ],
    });
    expect(provider).toBe('two');
    expect(JSON.parse(simulator.requests.at(-1)?.body ?? '')).toMatchObject({ model: 'own', temperature: 0.5 });
  });

  test('conditions ask about metadata, and the default is for the rest', async () => {
    const tree = {
      strategy: {
        mode: 'conditional',
        conditions: [rule({ 'metadata.plan': { $eq: 'paid' } }, 'good')],
        default: 'plain',
      },
      targets: [
        { name: 'good', provider: 'anthropic' },
        { name: 'plain', provider: 'two' },
      ],
    };
    const paid = await call(tree, {}, { 'x-portkey-metadata': '{"plan":"paid"}' });
    expect([paid.provider, paid.option]).toEqual(['anthropic', 'config.targets[0]']);
    expect((await call(tree)).option).toBe('config.targets[1]');
  });

  test('a target is tried again as often as it says, and a provider may stand alone', async () => {
    const retried = {
      retry: { attempts: 1, on_status_codes: [503] },
      provider: 'one',
      override_params: { model: 'sim.status-503--y' },
    };
    const before = simulator.requests.length;
    await expect(call(retried)).rejects.toMatchObject({ status: 503 });
    expect(simulator.requests.length - before).toBe(2);
    expect((await call(undefined, {}, { 'x-portkey-provider': 'two' })).provider).toBe('two');
  });

  test('a circuit of its own numbers keeps calls away from a target that failed', async () => {
    const broken = { provider: 'one', override_params: { model: 'sim.status-500--circuit' } };
    const tree = {
      strategy: { mode: 'fallback', cb_config: { failure_threshold: 1, cooldown_interval: 30_000 } },
      targets: [broken, { provider: 'two' }],
    };
    const asked = (): number => simulator.requests.filter(({ body }) => body.includes('circuit')).length;
    expect((await call(tree)).option).toBe('config.targets[1]');
    expect(asked()).toBe(1);
    for (let again = 0; again < 3; again += 1) expect((await call(tree)).option).toBe('config.targets[1]');
    expect(asked()).toBe(1);
  });

  test('a sticky balance keeps the calls of a user together', async () => {
    const tree = {
      strategy: { mode: 'loadbalance', sticky: { enabled: true, hash_fields: ['metadata.user'], ttl: 60 } },
      targets: [{ provider: 'one' }, { provider: 'two' }, { provider: 'anthropic' }],
    };
    const of = async (user: number): Promise<string | null> =>
      (await call(tree, {}, { 'x-portkey-metadata': JSON.stringify({ user }) })).option;
    const users = Array.from({ length: 12 }, (_, user) => user);
    const first: (string | null)[] = [];
    for (const user of users) first.push(await of(user));
    expect(new Set(first).size).toBeGreaterThan(1);
    for (const user of users) expect(await of(user)).toBe(first[user] ?? null);
  });

  test('no case that fits, and no default, is the request’s fault', async () => {
    const tree = {
      strategy: { mode: 'conditional', conditions: [rule({ 'metadata.plan': { $ne: 'paid' } }, 'a')] },
      targets: [{ name: 'a', provider: 'one' }],
    };
    await expect(call(tree)).rejects.toMatchObject({ status: 400 });
    expect((await call(tree, {}, { 'x-portkey-metadata': '{"plan":"free"}' })).option).toBe('config.targets[0]');
  });

  const bad: readonly (readonly [object, string])[] = [
    [{ strategy: { mode: 'loadbalance' }, targets: [{ provider: 'one', weight: '1' }] }, 'config.targets[0].weight'],
    [{ strategy: { mode: 'loadbalance' }, targets: [{ provider: 'one', weight: 0 }] }, 'config.targets'],
    [{ strategy: { mode: 'fallback' }, targets: [] }, 'config.targets'],
    [{ strategy: { mode: 'best' }, targets: [{ provider: 'one' }] }, 'config.strategy.mode'],
    [
      { strategy: { mode: 'fallback', on_status_codes: [9999] }, targets: [{ provider: 'one' }] },
      'config.strategy.on_status_codes[0]',
    ],
    [{ provider: 'one', custom_host: 'ftp://10.0.0.1' }, 'config.custom_host'],
    [
      {
        strategy: { mode: 'conditional', conditions: [rule({ 'metadata.a': { $regex: '(x' } }, 't')] },
        targets: [{ name: 't', provider: 'one' }],
      },
      'config.strategy.conditions[0].query.metadata.a.$regex',
    ],
  ];

  test.each(bad)('%j is refused by its place', async (tree, param) => {
    await expect(call(tree)).rejects.toMatchObject({ status: 400, param });
  });
});
