import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenRouter } from '@openrouter/sdk';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from './gateway-under-test.ts';

type Body = Readonly<Record<string, unknown>>;

// It needs the data directory, which the program under test keeps to itself.
describe.skipIf(testsProgram)('presets', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-presets-'));
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    gateway = await startGatewayUnderTest({ dataDirectory: directory });
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${gateway.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  };
  const save = (slug: string, body: object) => ask('POST', `/api/v1/presets/${slug}/chat/completions`, body);
  const tool = (name: string) => ({ type: 'function', function: { name, parameters: { type: 'object' } } });
  /** What a call sent on to its provider. */
  const sent = async (body: object, path = '/api/v1/chat/completions') => {
    const { status, body: answer } = await ask('POST', path, {
      messages: [{ role: 'user', content: 'Hello' }],
      ...(path.endsWith('messages') ? { max_tokens: 50 } : {}),
      ...body,
    });
    const request = JSON.parse(gateway.simulator.requests.at(-1)?.body ?? '{}') as Body;
    return { status, answer, request };
  };

  test('a request becomes one, calls name it, and what they say themselves wins', async () => {
    const made = await save('brief', {
      model: 'openai/simulated',
      temperature: 0.2,
      tools: [tool('look_up')],
      messages: [{ role: 'system', content: 'Be brief.' }],
    });
    expect(made.status).toBe(200);
    expect(made.body['data']).toMatchObject({
      slug: 'brief',
      status: 'active',
      designated_version: { version: 1, system_prompt: 'Be brief.', config: { model: 'openai/simulated' } },
    });

    const named = await sent({ model: '@preset/brief', temperature: 0.9, tools: [tool('other')] });
    expect(named.status).toBe(200);
    expect(named.request).toMatchObject({
      model: 'simulated',
      temperature: 0.9,
      messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user' }],
      tools: [tool('other'), tool('look_up')],
    });
    expect((await sent({ model: 'chat-only/simulated@preset/brief' })).answer['provider']).toBe('Chat only');
    expect((await sent({ model: 'openai/simulated', preset: 'brief' })).request).toMatchObject({ temperature: 0.2 });
    const own = await sent({ model: '@preset/brief', messages: [{ role: 'system', content: 'Mine.' }] });
    expect(own.request['messages']).toEqual([{ role: 'system', content: 'Mine.' }]);
    const { request } = await sent({ model: 'anthropic/simulated', preset: 'brief' }, '/api/v1/messages');
    expect(JSON.stringify(request['system'])).toContain('Be brief.');
  });

  test('each change is a version, and a former one can be brought back', async () => {
    await save('turns', { model: 'openai/simulated', temperature: 0.1 });
    await save('turns', { model: 'openai/simulated', temperature: 0.7 });
    const { body } = await ask('GET', '/api/v1/presets/turns/versions');
    expect(body).toMatchObject({
      total_count: 2,
      data: [{ version: 2 }, { version: 1, config: { temperature: 0.1 } }],
    });
    expect((await sent({ model: '@preset/turns' })).request['temperature']).toBe(0.7);
    const first = (await ask('GET', '/api/v1/presets/turns/versions/1')).body['data'] as { readonly config: Body };
    const back = await ask('PATCH', '/admin/v1/presets/turns', { config: first.config });
    expect(back.status).toBe(200);
    expect((await sent({ model: '@preset/turns' })).request['temperature']).toBe(0.1);
    expect((await ask('GET', '/api/v1/presets/turns/versions/9')).status).toBe(404);
  });

  test('one that is switched off or not there is not found', async () => {
    await save('off', { model: 'openai/simulated' });
    await ask('PATCH', '/admin/v1/presets/off', { blocked: true });
    expect((await sent({ model: '@preset/off' })).status).toBe(404);
    expect((await sent({ model: '@preset/nobody' })).status).toBe(404);
    expect((await ask('GET', '/api/v1/presets/nobody')).status).toBe(404);
    expect((await save('Not A Slug', {})).status).toBe(400);
  });

  test("OpenRouter's own client reads and writes them", async () => {
    const client = new OpenRouter({
      apiKey: masterKey,
      serverURL: `${gateway.url}/api/v1`,
      retryConfig: { strategy: 'none' },
    });
    const made = await client.presets.createPresetsChatCompletions({
      slug: 'by-client',
      chatRequest: { model: 'openai/simulated', messages: [{ role: 'system', content: 'Be kind.' }] },
    });
    expect(made.data.designatedVersion?.systemPrompt).toBe('Be kind.');
    expect((await client.presets.get({ slug: 'by-client' })).data.status).toBe('active');
  });
});
