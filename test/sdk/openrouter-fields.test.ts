import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';
import { type Simulator, startSimulator } from '../../src/simulators/index.ts';
import { type StartedProgram, startProgram } from '../support/sluice-program.ts';

const masterKey = 'sk-sluice-test-key';
const providerKey = 'sk-provider-secret-0123456789abcdef';

let simulator: Simulator;
let sluice: StartedProgram;
let client: OpenAI;

const priced = (id: string, input: number) => ({
  id,
  parameters: input < 2 ? ['tools', 'max_tokens'] : ['max_tokens'],
  prices: { input_per_million: input, output_per_million: input },
});

beforeAll(async () => {
  simulator = startSimulator({ key: providerKey });
  const host = (id: string) => ({
    id,
    like: 'openai-compatible',
    base_url: `${simulator.url}/v1`,
    api_key: providerKey,
    models: ['maker/story-9', 'sim.status-500--x'],
  });
  sluice = await startProgram({
    masterKey,
    config: JSON.stringify({
      drain_ms: 1000,
      providers: [
        host('dear'),
        host('cheap'),
        host('gratis'),
        { id: 'openrouter', base_url: `${simulator.url}/v1`, api_key: providerKey },
      ],
      models: [priced('dear/maker/story-9', 9), priced('cheap/maker/story-9', 1), priced('gratis/maker/story-9', 0)],
    }),
  });
  client = new OpenAI({ apiKey: masterKey, baseURL: `${sluice.url}/v1`, maxRetries: 0 });
});

afterAll(async () => {
  await sluice.stop();
  simulator.stop();
});

/** Who answered a request with these members beside OpenAI's, and what it was sent. */
const served = async (more: object, model = 'dear/maker/story-9') => {
  const { response } = await client.chat.completions
    .create({ model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 20, ...more } as never)
    .withResponse();
  const sent = JSON.parse(simulator.requests.at(-1)?.body ?? '{}') as Record<string, unknown>;
  return { provider: response.headers.get('x-sluice-provider'), model: response.headers.get('x-sluice-model'), sent };
};

describe('the members of routers, by OpenAI’s own client', () => {
  test('`models` names what follows when a model fails, and stays with the gateway', async () => {
    const { provider, model, sent } = await served({ models: ['cheap/maker/story-9'] }, 'dear/sim.status-500--x');
    expect([provider, model]).toEqual(['cheap', 'maker/story-9']);
    expect(Object.keys(sent).sort()).toEqual(['max_tokens', 'messages', 'model']);
  });

  test('`provider.sort` and `:floor` take the cheapest provider of the model', async () => {
    expect((await served({ provider: { sort: 'price', ignore: ['gratis'] } })).provider).toBe('cheap');
    expect((await served({}, 'dear/maker/story-9:floor')).provider).toBe('gratis');
    expect((await served({}, 'maker/story-9:free')).provider).toBe('gratis');
  });

  test('`order`, `only` and `ignore` say who may serve it', async () => {
    expect((await served({ provider: { order: ['cheap', 'dear'] } })).provider).toBe('cheap');
    expect((await served({ provider: { only: ['dear'] } })).provider).toBe('dear');
    expect((await served({ provider: { ignore: ['cheap', 'gratis'] } })).provider).toBe('dear');
  });

  test('`max_price` and `require_parameters` leave targets out, and nothing left is a 404 that says why', async () => {
    const asked = { provider: { order: ['dear'], max_price: { prompt: 2 }, ignore: ['gratis'] } };
    expect((await served(asked)).provider).toBe('cheap');
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
    const needing = { provider: { order: ['dear'], require_parameters: true, ignore: ['gratis'] }, tools };
    expect((await served(needing)).provider).toBe('cheap');
    const refused = served({ provider: { only: ['dear'], max_price: { prompt: 1 } } });
    await expect(refused).rejects.toMatchObject({
      status: 404,
      message: expect.stringContaining('max-price') as string,
    });
  });

  test('a conversation stays with the provider that answered it, unless an order is asked for', async () => {
    const ignore = ['gratis'];
    const asked = (session: string) => served({ session_id: session, provider: { ignore } });
    const of = async (session: string): Promise<string | null> => (await asked(session)).provider;
    const first = new Map<string, string | null>();
    for (const session of ['a', 'b', 'c', 'd']) first.set(session, await of(session));
    for (const [session, provider] of first)
      for (let again = 0; again < 4; again += 1) expect(await of(session)).toBe(provider);
    const ordered = { session_id: 'a', provider: { ignore, order: ['dear', 'cheap'] } };
    expect((await served(ordered)).provider).toBe('dear');
    expect((await served({ session_id: 'e', provider: { ignore, sort: 'price' } })).provider).toBe('cheap');
  });

  test('what is wrong is refused by name', async () => {
    await expect(served({ provider: { sort: 'beauty' } })).rejects.toMatchObject({
      status: 400,
      param: 'provider.sort',
    });
    await expect(served({ models: 'x' })).rejects.toMatchObject({ status: 400, param: 'models' });
    await expect(served({ provider: { zdr: true } })).rejects.toMatchObject({ status: 400, param: 'provider.zdr' });
  });

  test('a router upstream gets them as they were written', async () => {
    const { provider, sent } = await served({ provider: { sort: 'price' }, models: ['b'] }, 'openrouter/maker/story-9');
    expect(provider).toBe('openrouter');
    expect(sent).toMatchObject({ provider: { sort: 'price' }, models: ['b'] });
  });

  test('the decision is told to who asks for it, and without a call', async () => {
    const { response } = await client.chat.completions
      .create(
        { model: 'dear/maker/story-9:floor', messages: [{ role: 'user', content: 'hi' }] },
        { headers: { 'x-sluice-explain': 'true' } },
      )
      .withResponse();
    const told = JSON.parse(response.headers.get('x-sluice-decision') ?? '{}') as { readonly order: readonly string[] };
    expect(told.order[0]).toBe('gratis/maker/story-9');
    const before = simulator.requests.length;
    const explained: { readonly order: readonly string[]; readonly candidates: readonly object[] } = await client.post(
      '/route',
      {
        body: { model: 'dear/maker/story-9', provider: { sort: 'price' }, messages: [{ role: 'user', content: 'hi' }] },
      },
    );
    expect(explained.order.slice(0, 3)).toEqual(['gratis/maker/story-9', 'cheap/maker/story-9', 'dear/maker/story-9']);
    expect(explained.candidates[0]).toMatchObject({ verdict: 'kept', reason: 'by-price' });
    expect(simulator.requests.length).toBe(before);
  });
});
