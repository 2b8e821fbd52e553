import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Simulator, startSimulator } from '../../src/simulators/index.ts';
import { type StartedProgram, startProgram } from '../support/sluice-program.ts';

const masterKey = 'sk-sluice-test-key';
const providerKey = 'sk-provider-secret-0123456789abcdef';

type Body = Readonly<Record<string, unknown>>;

let simulator: Simulator;
let sluice: StartedProgram;

const models = ['maker/story-9', 'maker/code-1', 'maker/code-2', 'maker/code-3', 'maker/gratis-1', 'maker/gratis-2'];

/** Dollars for a million tokens, in and out. */
const priced = (id: string, usd: number, more: object = {}) => ({
  id,
  prices: { input_per_million: usd, output_per_million: usd },
  ...more,
});

beforeAll(async () => {
  simulator = startSimulator({ key: providerKey });
  const host = (id: string, path = '/v1') => ({
    id,
    like: 'openai-compatible',
    base_url: `${simulator.url}${path}`,
    api_key: providerKey,
    models: [...models, 'sim.status-500--x'],
  });
  sluice = await startProgram({
    masterKey,
    config: JSON.stringify({
      drain_ms: 1000,
      providers: [
        host('one'),
        host('two'),
        { ...host('dear'), models: ['openai/gpt-4o'] },
        { id: 'openai', base_url: `${simulator.url}/v1`, api_key: providerKey },
        { id: 'anthropic', base_url: simulator.url, api_key: providerKey },
      ],
      models: [
        priced('dear/openai/gpt-4o', 500),
        priced('one/maker/story-9', 1),
        priced('two/maker/story-9', 100),
        priced('one/maker/code-1', 1),
        priced('one/maker/code-2', 5),
        priced('one/maker/code-3', 9),
        priced('one/maker/gratis-1', 0, { parameters: ['tools', 'max_tokens'] }),
        priced('one/maker/gratis-2', 0, { parameters: ['max_tokens'] }),
      ],
      routers: {
        auto: 'one/maker/story-9',
        coding_scores: { 'one/maker/code-1': 0.3, 'one/maker/code-2': 0.6, 'one/maker/code-3': 0.9 },
      },
    }),
  });
});
afterAll(async () => {
  await sluice.stop();
  simulator.stop();
});

const ask = async (more: object, path = '/api/v1/chat/completions') => {
  const response = await fetch(sluice.url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${masterKey}`,
      'content-type': 'application/json',
      'x-openrouter-metadata': 'enabled',
    },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], max_tokens: 20, ...more }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
};
const servedBy = ({ headers }: { readonly headers: Headers }) =>
  `${headers.get('x-sluice-provider')}/${headers.get('x-sluice-model')}`;
const metadataOf = ({ body }: { readonly body: Body }) => body['openrouter_metadata'] as Body;

describe('names that choose a model', () => {
  test('openrouter/auto is what the configuration says it is', async () => {
    const answer = await ask({ model: 'openrouter/auto', plugins: [{ id: 'auto-router' }] });
    expect(answer.status).toBe(200);
    expect(servedBy(answer)).toBe('one/maker/story-9');
    expect(metadataOf(answer)).toMatchObject({ requested: 'openrouter/auto', strategy: 'auto' });
    expect(simulator.requests.at(-1)?.body).not.toContain('plugins');
  });

  test('its lists of models leave out and let in', async () => {
    const only = { id: 'auto-router', allowed_models: ['one/maker/code-*'], excluded_models: ['*/code-1'] };
    expect(servedBy(await ask({ model: 'openrouter/auto', plugins: [only] }))).toBe('one/maker/code-2');
    const none = await ask({ model: 'openrouter/auto', plugins: [{ ...only, excluded_models: ['*'] }] });
    expect(none.status).toBe(404);
    expect(none.body).toMatchObject({ error: { message: 'No models match your request and model restrictions' } });
    // The settings of another router are no settings.
    const other = await ask({ model: 'openrouter/auto', plugins: [{ ...only, id: 'auto-beta-router' }] });
    expect(servedBy(other)).toBe('one/maker/story-9');
  });

  test('openrouter/free takes free models only, and those that can do what is asked', async () => {
    const found = new Set<string>();
    for (let count = 0; count < 40; count += 1) found.add(servedBy(await ask({ model: 'openrouter/free' })));
    expect([...found].toSorted()).toEqual(['one/maker/gratis-1', 'one/maker/gratis-2']);
    const tools = [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object' } } }];
    for (let count = 0; count < 10; count += 1)
      expect(servedBy(await ask({ model: 'openrouter/free', tools }))).toBe('one/maker/gratis-1');
  });

  test.each([
    [{}, 'one/maker/code-3'],
    [{ min_coding_score: 0.5 }, 'one/maker/code-2'],
    [{ min_coding_score: 0.1 }, 'one/maker/code-1'],
    [{ max_price: 6 }, 'one/maker/code-2'],
  ])('openrouter/pareto-code with %j is %s', async (settings, model) => {
    const answer = await ask({ model: 'openrouter/pareto-code', plugins: [{ id: 'pareto-router', ...settings }] });
    expect(servedBy(answer)).toBe(model);
    expect(metadataOf(answer)).toMatchObject({ strategy: 'pareto' });
  });

  test('under a price nobody has there is nothing', async () => {
    const answer = await ask({
      model: 'openrouter/pareto-code',
      plugins: [{ id: 'pareto-router', max_price: 0.1 }],
    });
    expect(answer.status).toBe(404);
  });
});

describe('a model of a maker', () => {
  const totalOf = (answer: { readonly body: Body }) => (metadataOf(answer)['endpoints'] as Body)['total'];

  test('goes to whoever serves it, by price', async () => {
    const answer = await ask({ model: 'openai/gpt-4o' });
    expect(totalOf(answer)).toBe(2);
    expect(servedBy(answer)).toBe('openai/gpt-4o');
    expect(answer.body['model']).toBe('openai/gpt-4o');
    expect(servedBy(await ask({ model: 'openai/gpt-4o', provider: { only: ['dear'] } }))).toBe('dear/openai/gpt-4o');
  });

  test('named with its provider it stays there', async () => {
    const answer = await ask({ model: 'dear/openai/gpt-4o' });
    expect(totalOf(answer)).toBe(1);
    expect(servedBy(answer)).toBe('dear/openai/gpt-4o');
    expect(totalOf(await ask({ model: 'one/maker/story-9' }))).toBe(1);
  });

  test('at the plain door a name leads to one place', async () => {
    const answer = await ask({ model: 'openai/gpt-4o' }, '/v1/chat/completions');
    expect(servedBy(answer)).toBe('openai/gpt-4o');
    expect(metadataOf(answer)).toBeUndefined();
  });
});

describe('what is meant for the gateway', () => {
  const sent = () => JSON.parse(simulator.requests.at(-1)?.body ?? '{}') as Body;

  test('a chat that names no model goes to the usual one', async () => {
    expect(servedBy(await ask({}))).toBe('one/maker/story-9');
  });

  test('an effort alone is sent in the word providers read', async () => {
    await ask({ model: 'openai/gpt-4o', reasoning: { effort: 'low', exclude: false }, usage: { include: true } });
    expect(sent()).toMatchObject({ reasoning_effort: 'low' });
    expect(sent()).not.toHaveProperty('reasoning');
    expect(sent()).not.toHaveProperty('usage');
    const both = await ask({ model: 'openai/gpt-4o', reasoning: { effort: 'low' }, reasoning_effort: 'high' });
    expect(both.status).toBe(400);
  });
});

describe('fallbacks of Messages', () => {
  const messages = '/api/v1/messages';
  test('name the models that follow', async () => {
    const answer = await ask(
      { model: 'one/sim.status-500--x', fallbacks: [{ model: 'anthropic/simulated' }] },
      messages,
    );
    expect(answer.body).toMatchObject({ type: 'message', provider: 'Anthropic' });
  });

  test.each([
    [{ fallbacks: [{ model: 'a' }], models: ['b'] }],
    [{ fallbacks: [{ model: 'a', max_tokens: 4 }] }],
    [{ fallbacks: [{ model: 'a' }, { model: 'b' }, { model: 'c' }, { model: 'd' }] }],
  ])('%j is refused', async (more) => {
    const answer = await ask({ model: 'anthropic/simulated', ...more }, messages);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: { type: 'invalid_request_error' } });
  });
});

describe('the pace a request would like', () => {
  test('puts slow targets last and leaves none out', async () => {
    const provider = { preferred_max_latency: { p90: 0.000001 }, order: ['one', 'two'] };
    expect((await ask({ model: 'one/maker/story-9', provider })).status).toBe(200);
  });

  test.each([
    [{ preferred_max_latency: 'fast' }, 'provider.preferred_max_latency'],
    [{ preferred_min_throughput: { p95: 3 } }, 'provider.preferred_min_throughput.p95'],
    [{ preferred_min_throughput: { p50: -1 } }, 'provider.preferred_min_throughput.p50'],
  ])('%j is refused', async (provider, field) => {
    const answer = await ask({ model: 'one/maker/story-9', provider });
    expect(answer.status).toBe(400);
    expect((answer.body as { readonly error: Body }).error['message']).toContain(field);
  });
});
