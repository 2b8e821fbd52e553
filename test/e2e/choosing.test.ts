import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Simulator, startSimulator } from '../../src/simulators/index.ts';
import { type StartedProgram, startProgram } from '../support/sluice-program.ts';

const masterKey = 'sk-sluice-test-key';
const providerKey = 'sk-provider-secret-0123456789abcdef';

type Body = Readonly<Record<string, unknown>>;

let simulator: Simulator;
let sluice: StartedProgram;

const priced = (id: string, usd: number) => ({
  id: `host/${id}`,
  mode: 'chat',
  prices: { input_per_million: usd, output_per_million: usd * 4 },
});
const pool = ['host/small', 'host/middle', 'host/large'];

beforeAll(async () => {
  simulator = startSimulator({ key: providerKey });
  sluice = await startProgram({
    masterKey,
    config: JSON.stringify({
      drain_ms: 1000,
      providers: [
        {
          id: 'host',
          like: 'openai-compatible',
          base_url: `${simulator.url}/v1`,
          api_key: providerKey,
          models: ['small', 'middle', 'large', 'sim.status-500--broken'],
        },
      ],
      models: [priced('small', 0.1), priced('middle', 1), priced('large', 10), priced('sim.status-500--broken', 20)],
    }),
  });
});
afterAll(async () => {
  await sluice.stop();
  simulator.stop();
});

const ask = async (more: object, path = '/v1/chat/completions', program = sluice) => {
  const response = await fetch(program.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json', 'x-sluice-explain': '1' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello, 你好 🙂' }], max_tokens: 20, ...more }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
};
const servedBy = ({ headers }: { readonly headers: Headers }): string | null => headers.get('x-sluice-model');
const messageOf = ({ body }: { readonly body: Body }): string => (body['error'] as { message: string }).message;

describe('names that stand for a choice', () => {
  test('quality alone takes the strongest of the pool, cost alone the cheapest', async () => {
    const dearest = await ask({ model: 'auto', models: pool, cost_quality_tradeoff: 0 });
    expect([dearest.status, servedBy(dearest), dearest.body['model']]).toEqual([200, 'large', 'large']);
    expect(servedBy(await ask({ model: 'auto', models: pool, cost_quality_tradeoff: 10 }))).toBe('small');
  });

  test.each(['auto', 'router', 'notdiamond', 'openrouter/auto'])(
    '%s chooses, and says why when it is asked',
    async (model) => {
      const answer = await ask({ model, models: pool });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('x-sluice-decision-id')).not.toBeNull();
      const decision = JSON.parse(decodeURIComponent(answer.headers.get('x-sluice-decision') ?? '')) as Body;
      const choice = decision['choice'] as { model: string };
      expect(choice.model).toBe(`host/${servedBy(answer)}`);
    },
  );

  test('the whole record of a choice is told to who asks for it before the call', async () => {
    const { status, body } = await ask({ model: 'auto', models: pool }, '/v1/route');
    expect(status).toBe(200);
    const { candidates, rule } = body['choice'] as { candidates: readonly Body[]; rule: Body };
    expect(candidates.map((one) => String(one['model'])).sort()).toEqual([...pool].sort());
    expect(candidates.every((one) => Number(one['quality']) > 0 && Number(one['cost_usd']) > 0)).toBe(true);
    expect(rule['lambda']).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toContain('Hello');
  });

  test('without a list every model with a price may be chosen, and plugins bound it', async () => {
    const plugins = [{ id: 'auto-router', allowed_models: ['host/*'], excluded_models: ['host/sim*', 'host/large'] }];
    const answer = await ask({ model: 'auto', plugins, tradeoff: 'cost' });
    expect(answer.status).toBe(200);
    expect(['small', 'middle']).toContain(servedBy(answer) ?? '');
    const none = await ask({ model: 'auto', plugins: [{ id: 'auto-router', allowed_models: ['nobody/*'] }] });
    expect(none.status).toBe(404);
    expect(messageOf(none)).toContain('allowed_models');
  });

  test('a model that fails gives way to the next of the order', async () => {
    const models = ['host/sim.status-500--broken', 'host/middle'];
    const answer = await ask({ model: 'auto', models, cost_quality_tradeoff: 0 });
    expect([answer.status, servedBy(answer)]).toEqual([200, 'middle']);
  });

  test('Anthropic’s and Responses’ doors choose as well', async () => {
    expect(servedBy(await ask({ model: 'auto', models: pool, tradeoff: 'cost' }, '/v1/messages'))).not.toBeNull();
    const { messages: _, max_tokens: __, ...body } = { messages: 0, max_tokens: 0, model: 'auto', models: pool };
    const answer = await ask({ ...body, input: 'Hello', messages: undefined, max_tokens: undefined }, '/v1/responses');
    expect([answer.status, pool.includes(`host/${servedBy(answer)}`)]).toEqual([200, true]);
  });

  test.each([
    [{ max_cost: 1, tradeoff: 'cost' }, 400, 'tradeoff'],
    [{ tradeoff: 'speed' }, 400, 'tradeoff'],
    [{ cost_quality_tradeoff: 11 }, 400, 'cost_quality_tradeoff: must be a number from 0 to 10; it is 11.'],
    [{ max_cost: '1' }, 400, 'max_cost: must be a number of at least 0; it is string.'],
    [{ max_cost: 1e-12 }, 404, 'above-max-cost'],
    [{ routing_constraint: { quality_constraint: { model_name: 'nobody' } } }, 400, 'nobody'],
  ] as const)('%j is refused with %d and names %s', async (dial, status, word) => {
    const answer = await ask({ model: 'auto', models: pool, ...dial });
    expect(answer.status).toBe(status);
    expect(messageOf(answer)).toContain(word);
  });

  test('a router nobody has is not there', async () => {
    expect((await ask({ model: 'router/none', models: pool })).status).toBe(404);
  });
});

describe('a pool nobody listed and nobody priced', () => {
  const path = '/v1/chat/completions';
  const startedWith = async (config: object, use: (program: StartedProgram) => Promise<void>): Promise<void> => {
    const program = await startProgram({ masterKey, config: JSON.stringify({ drain_ms: 1000, ...config }) });
    try {
      await use(program);
    } finally {
      await program.stop();
    }
  };
  const host = (more: object = {}) => ({
    id: 'host',
    like: 'openai-compatible',
    base_url: `${simulator.url}/v1`,
    api_key: providerKey,
    models: ['local', 'local-embed'],
    ...more,
  });

  test('a fresh installation chooses what it has: the demo', async () => {
    await startedWith({}, async (program) => {
      const answer = await ask({ model: 'auto' }, path, program);
      expect([answer.status, answer.headers.get('x-sluice-provider'), servedBy(answer)]).toEqual([200, 'demo', 'echo']);
    });
  }, 30_000);

  test('a model without a price comes before the demo', async () => {
    await startedWith({ providers: [host()] }, async (program) => {
      expect(servedBy(await ask({ model: 'auto' }, path, program))).toBe('local');
      expect(servedBy(await ask({ model: 'auto', cost_quality_tradeoff: 10 }, path, program))).toBe('local');
      expect(messageOf(await ask({ model: 'auto', max_cost: 1 }, path, program))).toContain('price-unknown');
    });
  }, 30_000);

  test('what a free provider gives fits under every limit', async () => {
    await startedWith({ providers: [host({ free: true })] }, async (program) => {
      expect(servedBy(await ask({ model: 'auto', max_cost: 0 }, path, program))).toBe('local');
    });
  }, 30_000);

  test('without any provider the answer says so', async () => {
    await startedWith({ providers: [{ id: 'demo', enabled: false }] }, async (program) => {
      const answer = await ask({ model: 'auto' }, path, program);
      expect([answer.status, messageOf(answer)]).toEqual([
        404,
        'No model is left to choose from (providers): no provider that is ready has a model that chats.',
      ]);
    });
  }, 30_000);
});
