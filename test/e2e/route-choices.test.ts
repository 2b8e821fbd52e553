import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Simulator, startSimulator } from '../../src/simulators/index.ts';
import { type StartedProgram, startProgram } from '../support/sluice-program.ts';

const masterKey = 'sk-sluice-test-key';
const providerKey = 'sk-provider-secret-0123456789abcdef';

type Body = Readonly<Record<string, unknown>>;

let simulator: Simulator;
let sluice: StartedProgram;

const priced = (id: string, usd: number) => ({
  id,
  mode: 'chat',
  prices: { input_per_million: usd, output_per_million: usd * 4 },
});
const host = (id: string, models: readonly string[], more: object = {}) => ({
  id,
  like: 'openai-compatible',
  base_url: `${simulator.url}/v1`,
  api_key: providerKey,
  models,
  ...more,
});

beforeAll(async () => {
  simulator = startSimulator({ key: providerKey });
  sluice = await startProgram({
    masterKey,
    config: JSON.stringify({
      drain_ms: 1000,
      providers: [
        host('host', ['small', 'large', 'sim.status-500--broken']),
        host('poor', ['small'], { budgets: [{ limit_usd: 0.0000001, window: 'day' }] }),
      ],
      models: [
        priced('host/small', 0.1),
        priced('host/large', 10),
        priced('host/sim.status-500--broken', 20),
        priced('poor/small', 1000),
      ],
      routes: {
        best: { choose: ['host/small', 'host/large'], dial: { cost_quality_tradeoff: 0 } },
        cheapest: { choose: ['host/large', 'host/small'], dial: { cost_quality_tradeoff: 10 } },
        inside: { fallback: ['host/sim.status-500--broken', 'cheapest'] },
        nobodys: { choose: ['host/large', 'host/small'], router: 'none' },
        watched: {
          to: 'host/large',
          watch: { models: ['host/small', 'host/large'], dial: { cost_quality_tradeoff: 10 } },
        },
        bounded: { fallback: ['poor/small', 'host/small'] },
        broke: { fallback: ['poor/small'] },
      },
    }),
  });
});
afterAll(async () => {
  await sluice.stop();
  simulator.stop();
});

const headers = { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json', 'x-sluice-explain': '1' };
const ask = async (more: object, path = '/v1/chat/completions') => {
  const body = JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], max_tokens: 20, ...more });
  const response = await fetch(sluice.url + path, { method: 'POST', headers, body });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
};
type Answer = Awaited<ReturnType<typeof ask>>;

const servedBy = ({ headers: told }: Answer): string =>
  `${told.get('x-sluice-provider')}/${told.get('x-sluice-model')}`;
const decisionOf = ({ headers: told }: Answer): Body =>
  JSON.parse(decodeURIComponent(told.get('x-sluice-decision') ?? '')) as Body;

describe('a route that chooses', () => {
  test('takes the strongest or the cheapest, as its dial says, and writes down why', async () => {
    const best = await ask({ model: 'best' });
    expect([best.status, servedBy(best)]).toEqual([200, 'host/large']);
    expect(decisionOf(best)).toMatchObject({ route: 'best', choice: { model: 'host/large', reason: 'best-utility' } });
    expect(servedBy(await ask({ model: 'cheapest' }))).toBe('host/small');
  });

  test('chooses wherever in a tree it stands', async () => {
    const answer = await ask({ model: 'inside' });
    expect([answer.status, servedBy(answer)]).toEqual([200, 'host/small']);
  });

  test('a router that is not there costs the choice, not the request', async () => {
    const answer = await ask({ model: 'nobodys' });
    expect([answer.status, servedBy(answer)]).toEqual([200, 'host/large']);
    expect(decisionOf(answer)['choice']).toBeUndefined();
  });

  test('streams choose as well', async () => {
    const body = JSON.stringify({ model: 'cheapest', stream: true, messages: [{ role: 'user', content: 'Hello' }] });
    const response = await fetch(`${sluice.url}/v1/chat/completions`, { method: 'POST', headers, body });
    expect(await response.text()).toContain('[DONE]');
    expect(response.headers.get('x-sluice-model')).toBe('small');
  });
});

describe('a route that is watched', () => {
  test('goes where it went, and the decision says what would have been chosen', async () => {
    const answer = await ask({ model: 'watched' });
    expect([answer.status, servedBy(answer)]).toEqual([200, 'host/large']);
    const decision = decisionOf(answer);
    expect(decision['choice']).toBeUndefined();
    expect(decision['watched']).toMatchObject({ model: 'host/small' });
  });
});

describe('LiteLLM’s members beside a name that stands for a choice', () => {
  const models = ['host/sim.status-500--broken', 'host/large'];

  test('fallbacks of the request come in the place of the others that were weighed', async () => {
    const answer = await ask({ model: 'auto', models, cost_quality_tradeoff: 0, fallbacks: ['host/small'] });
    expect([answer.status, servedBy(answer)]).toEqual([200, 'host/small']);
    expect(JSON.stringify(simulator.requests.at(-1))).not.toContain('fallbacks');
  });

  test('without fallbacks only the chosen model is asked', async () => {
    const answer = await ask({ model: 'auto', models, cost_quality_tradeoff: 0, disable_fallbacks: true });
    expect(answer.status).toBe(500);
  });

  test('tries and mocks hold', async () => {
    const answer = await ask({ model: 'auto', models: ['host/small'], mock_response: 'Hi there' });
    expect(JSON.stringify(answer.body)).toContain('Hi there');
    const refused = await ask({ model: 'auto', models, num_retries: 'many' });
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([400, expect.stringContaining('num_retries')]);
  });
});

describe('a provider whose budget is spent', () => {
  test('is left out of the order, with the reason, and where there is no other the refusal names the budget', async () => {
    const { body } = await ask({ model: 'bounded' }, '/v1/route');
    expect(body['order']).toEqual(['poor/small', 'host/small']);
    // What is asked for is more than the budget has: the next one answers, and nothing is spent yet.
    expect(servedBy(await ask({ model: 'bounded' }))).toBe('host/small');
    const alone = await ask({ model: 'broke' });
    expect(alone.status).toBe(429);
  });
});
