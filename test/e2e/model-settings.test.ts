import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type GatewayUnderTest, startGatewayUnderTest } from './gateway-under-test.ts';

const openaiSettings = { defaults: { temperature: 0.25 }, overrides: { max_tokens: 40 }, dropParams: ['seed'] };
let sluice: GatewayUnderTest;
beforeAll(async () => {
  sluice = await startGatewayUnderTest({
    config: {
      dropParams: true,
      modelSettings: [
        { models: ['openai/simulated'], ...openaiSettings },
        { models: ['anthropic/*'], defaults: { max_tokens: 77 }, overrides: {}, dropParams: [] },
        { models: ['gemini/*'], defaults: {}, overrides: { temperature: 0 }, dropParams: [] },
      ],
    },
  });
});
afterAll(() => sluice.stop());

const messages = [{ role: 'user', content: 'Hi' }];

/** What the provider was sent, and what the client was told. */
const sent = async (body: object): Promise<{ readonly body: unknown; readonly warnings: string | null }> => {
  sluice.simulator.clear();
  const response = await sluice.post('/v1/chat/completions', { messages, ...body });
  expect(response.status).toBe(200);
  await response.text();
  const warnings = response.headers.get('x-sluice-warnings');
  return { body: JSON.parse(sluice.simulator.requests[0]?.body ?? '') as unknown, warnings };
};

test('the native lane gets defaults, overrides and drops in the client’s own bytes', async () => {
  expect(await sent({ model: 'openai/simulated', seed: 3, max_tokens: 9, vendor: { x: 1 } })).toEqual({
    body: { messages, model: 'simulated', max_tokens: 40, vendor: { x: 1 }, temperature: 0.25 },
    warnings: 'dropped seed (drop_params of this model); changed max_tokens (fixed for this model)',
  });
  const kept = await sent({ model: 'openai/simulated', temperature: 1 });
  expect(kept).toMatchObject({ body: { temperature: 1, max_tokens: 40 }, warnings: null });
});

test('the translated lane writes them where the provider has them', async () => {
  expect(await sent({ model: 'anthropic/simulated' })).toMatchObject({ body: { max_tokens: 77 }, warnings: null });
  expect(await sent({ model: 'anthropic/simulated', max_tokens: 5 })).toMatchObject({ body: { max_tokens: 5 } });
  expect(await sent({ model: 'gemini/simulated' })).toMatchObject({ body: { generationConfig: { temperature: 0 } } });
});

test('with drop_params, what the format cannot take is dropped and told instead of refused', async () => {
  const dropped = await sent({ model: 'anthropic/simulated', n: 2 });
  expect(dropped.warnings).toContain('dropped n (drop_params)');
  const strict = await startGatewayUnderTest();
  const refused = await strict.post('/v1/chat/completions', { model: 'anthropic/simulated', messages, n: 2 });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('drop_params: true');
  await strict.stop();
});

test('content a format cannot take is refused all the same', async () => {
  const audio = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } };
  const body = { model: 'anthropic/simulated', messages: [{ role: 'user', content: [audio] }] };
  expect((await sluice.post('/v1/chat/completions', body)).status).toBe(400);
});
