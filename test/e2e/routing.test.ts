import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Simulator, startSimulator } from '../../src/simulators/index.ts';
import { type StartedProgram, startProgram } from '../support/sluice-program.ts';

const masterKey = 'sk-sluice-test-key';
const providerKey = 'sk-provider-secret-0123456789abcdef';

const routes = {
  chain: { fallback: ['openai/sim.status-500--one', 'openai/sim.status-503--two', 'openai/three'] },
  dialects: { fallback: ['openai/sim.status-500--dialects', 'anthropic/two'] },
  hangs: { fallback: [{ to: 'openai/sim.hang--one', first_byte_ms: 300 }, 'anthropic/two'] },
  'only-limits': { fallback: ['openai/sim.status-500--limits', 'openai/two'], on: ['rate-limit', 429] },
  refused: { fallback: ['openai/sim.status-400--one', 'openai/two'] },
  retried: { to: 'openai/sim.status-500--again', retry: { attempts: 2 } },
  'first-frame': { fallback: ['openai/sim.cut-frames-0--one', 'openai/two'] },
  tiers: { when: [{ if: { 'metadata.tier': 'paid' }, to: 'openai/paid' }], otherwise: 'openai/free' },
  shares: {
    balance: [
      { to: 'openai/never', weight: 0 },
      { to: 'openai/always', weight: 3 },
    ],
  },
  outer: { fallback: ['retried', 'openai/two'] },
  set: { to: 'openai/one', override: { temperature: 0.25 } },
  vectors: { fallback: ['openai/sim.status-500--vectors', 'openai/two'] },
  nowhere: { to: 'unknown-provider-x/model' },
};

let simulator: Simulator;
let sluice: StartedProgram;
const log: Record<string, unknown>[] = [];

beforeAll(async () => {
  simulator = startSimulator({ key: providerKey });
  sluice = await startProgram({
    masterKey,
    config: JSON.stringify({
      drain_ms: 1000,
      heartbeat_ms: 100,
      aliases: { 'claude/*': 'dialects' },
      providers: [
        { id: 'openai', base_url: `${simulator.url}/v1`, api_key: providerKey },
        { id: 'anthropic', base_url: simulator.url, api_key: providerKey },
      ],
      money: { unknown_price: 'free' },
      routes,
    }),
    line: (line) => {
      if (line.startsWith('{')) log.push(JSON.parse(line) as Record<string, unknown>);
    },
  });
});

afterAll(async () => {
  await sluice.stop();
  simulator.stop();
});

const ask = (model: string, more: object = {}, path = '/v1/chat/completions'): Promise<Response> =>
  fetch(sluice.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 20, ...more }),
  });

const record = async (response: Response): Promise<Record<string, unknown>> => {
  for (let wait = 0; wait < 200; wait += 1) {
    const found = log.find(({ requestId }) => requestId === response.headers.get('x-request-id'));
    if (found !== undefined) return found;
    await Bun.sleep(10);
  }
  throw new Error('no log record');
};

describe('a route', () => {
  test('gives the answer of the first target that works, and the log tells what was tried', async () => {
    const response = await ask('chain');
    expect(response.status).toBe(200);
    expect(response.headers.get('x-sluice-model')).toBe('three');
    expect(await record(response)).toMatchObject({
      requestedModel: 'chain',
      route: 'chain',
      attempts: 3,
      model: 'three',
      tried: ['openai/sim.status-500--one upstream_error', 'openai/sim.status-503--two upstream_overloaded'],
    });
  });

  test('goes from one dialect to another, streamed or not', async () => {
    for (const stream of [false, true]) {
      const response = await ask('dialects', { stream });
      expect(response.status).toBe(200);
      expect(response.headers.get('x-sluice-provider')).toBe('anthropic');
      expect(response.headers.get('x-sluice-lane')).toBe('translated');
      const text = await response.text();
      if (stream) expect(text).toEndWith('data: [DONE]\n\n');
      expect(text).not.toContain('"error"');
    }
  });

  test('an alias may lead to a route', async () => {
    expect((await ask('claude/opus')).headers.get('x-sluice-provider')).toBe('anthropic');
  });

  test('leaves a target that says nothing, also after the stream has begun with a heartbeat', async () => {
    const whole = await ask('hangs');
    expect([whole.status, whole.headers.get('x-sluice-provider')]).toEqual([200, 'anthropic']);
    const response = await ask('hangs', { stream: true });
    const text = await response.text();
    expect(text).toStartWith(': heartbeat');
    expect(text).toEndWith('data: [DONE]\n\n');
  });

  test('tries another target when a stream breaks before its first frame', async () => {
    const response = await ask('first-frame', { stream: true });
    expect(response.headers.get('x-sluice-model')).toBe('two');
    expect(await response.text()).toEndWith('data: [DONE]\n\n');
  });

  test('stops at a failure that its fallback does not name', async () => {
    const response = await ask('only-limits');
    expect(response.status).toBe(500);
    expect((await record(response))['attempts']).toBe(1);
  });

  test('never repeats a request that is itself wrong', async () => {
    const response = await ask('refused');
    expect(response.status).toBe(400);
    expect((await record(response))['attempts']).toBe(1);
  });

  test('tries a target again as often as it is told, within another route too', async () => {
    expect((await record(await ask('retried')))['attempts']).toBe(3);
    expect(await record(await ask('outer'))).toMatchObject({ model: 'two' });
  });

  test('may depend on what the request says', async () => {
    expect((await ask('tiers', { metadata: { tier: 'paid' } })).headers.get('x-sluice-model')).toBe('paid');
    expect((await ask('tiers')).headers.get('x-sluice-model')).toBe('free');
  });

  test('gives a target of weight 0 nothing', async () => {
    for (let call = 0; call < 5; call += 1) expect((await ask('shares')).headers.get('x-sluice-model')).toBe('always');
  });

  test('sets parameters for its targets', async () => {
    const response = await ask('set', { temperature: 1 });
    expect(response.status).toBe(200);
    expect(JSON.parse(simulator.requests.at(-1)?.body ?? '')).toMatchObject({ temperature: 0.25 });
  });

  test('serves embeddings and token counts as well', async () => {
    const vectors = await ask('vectors', { input: 'hi', messages: undefined }, '/v1/embeddings');
    expect([vectors.status, vectors.headers.get('x-sluice-model')]).toEqual([200, 'two']);
    expect((await ask('dialects', {}, '/v1/messages/count_tokens')).status).toBe(200);
  });

  test('that leads nowhere says why', async () => {
    const response = await ask('nowhere');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('unknown-provider-x/model (unknown-model)');
  });
});

test.each([
  ['a name alone', {}],
  ['chat', { messages: [{ role: 'user', content: 'x' }] }],
  [
    'messages',
    {
      max_tokens: 9,
      system: [{ type: 'text', text: 'x' }],
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'x' }] },
      ],
    },
  ],
  ['responses', { input: [{ role: 'user', content: [{ type: 'input_text', text: 'x' }] }] }],
  ['gemini', { contents: [{ parts: [{ text: 'x' }] }] }],
  ['completions', { prompt: 'x' }],
  ['converse', { messages: [{ role: 'user', content: [{ text: 'x' }] }] }],
  ['cohere’s older chat', { message: 'x' }],
])('the way of %s is told in the same words', async (_name, body) => {
  const response = await ask('shares', { messages: undefined, ...body }, '/v1/route');
  expect({ status: response.status, body: await response.json() }).toMatchObject({
    status: 200,
    body: { route: 'shares', order: ['openai/always', 'openai/never'] },
  });
});

test('a way is asked for by name, and a body no door takes is refused as at its own', async () => {
  const missing = await ask('', { model: undefined, messages: undefined }, '/v1/route');
  expect(missing.status).toBe(400);
  expect(await missing.text()).toContain('missing_model');
  const wrong = await ask('shares', { messages: 'x' }, '/v1/route');
  expect(wrong.status).toBe(400);
  expect(await wrong.text()).toContain('messages: must be an array of messages, but is a string.');
});
