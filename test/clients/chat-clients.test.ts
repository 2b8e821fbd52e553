import { describe, expect, test } from 'bun:test';
import { masterKey } from '../e2e/gateway-under-test.ts';
import { bearer, eventsOf, json, startClientHouse, upstreams } from './client-house.ts';

// Open WebUI, LibreChat, n8n and Continue: what each calls, with its headers, and how each finds models.
const house = startClientHouse();

const names = async (response: Response): Promise<readonly string[]> => {
  const { data } = (await response.json()) as { readonly data: readonly { readonly id: string }[] };
  return data.map((model) => model.id);
};

describe('Open WebUI', () => {
  const forwarded = {
    ...bearer,
    'X-OpenWebUI-User-Name': 'Ada%20L',
    'X-OpenWebUI-User-Id': 'u-1',
    'X-OpenWebUI-User-Email': 'ada@example.com',
    'X-OpenWebUI-User-Role': 'admin',
    'X-OpenWebUI-Chat-Id': 'c-1',
  };

  test('lists models, and with the headers of its user', async () => {
    expect(await names(await house.call('GET', '/v1/models', { headers: forwarded }))).toContain('demo/echo');
  });

  test.each(upstreams)('chats with %s and hears the tokens in the stream', async (provider) => {
    const answer = await house.call('POST', '/v1/chat/completions', {
      headers: forwarded,
      body: {
        stream: true,
        model: `${provider}/simulated`,
        messages: [{ role: 'user', content: 'Hello.' }],
        stream_options: { include_usage: true },
      },
    });
    const chunks = await eventsOf(answer);
    expect(chunks.at(-1)?.['usage']).toMatchObject({ prompt_tokens: expect.any(Number) });
  });

  test('asks for a title without a stream', async () => {
    const answer = await house.call('POST', '/v1/chat/completions', {
      headers: forwarded,
      body: {
        model: 'anthropic/simulated',
        messages: [{ role: 'user', content: 'Make a title.' }],
        stream: false,
        max_completion_tokens: 1000,
      },
    });
    expect(await json(answer)).toMatchObject({ choices: [{ message: { content: 'You said: "Make a title.".' } }] });
  });

  test.each(upstreams)('as a client of Ollama: finds models, and chats with %s', async (provider) => {
    const version = await json(await house.call('GET', '/api/version', { headers: bearer }));
    expect(version['version']).toBeString();
    const tags = await json(await house.call('GET', '/api/tags', { headers: bearer }));
    expect(JSON.stringify(tags)).toContain('"model":"demo/echo"');
    expect(await json(await house.call('GET', '/api/ps', { headers: bearer }))).toEqual({ models: [] });
    const answer = await house.call('POST', '/api/chat', {
      headers: bearer,
      body: {
        model: `${provider}/simulated`,
        messages: [{ role: 'user', content: 'Hello.' }],
        options: { num_ctx: 8192 },
        stream: true,
      },
    });
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await answer.text()).trim().split('\n');
    const objects = lines.map((line) => JSON.parse(line) as { done: boolean; message: { content: string } });
    expect(objects.map((object) => object.message.content).join('')).toBe('You said: "Hello.".');
    expect(objects.map((object) => object.done)).toEqual([...Array(lines.length - 1).fill(false), true]);
  });
});

describe('LibreChat', () => {
  test('fetches models for a user, with headers from its templates', async () => {
    const headers = { ...bearer, 'x-librechat-user': 'u-1', 'x-api-key': '' };
    expect(await names(await house.call('GET', '/v1/models?user=u-1', { headers }))).toContain('demo/echo');
  });

  test.each(upstreams)('chats with %s, with the user in the body', async (provider) => {
    const answer = await house.call('POST', '/v1/chat/completions', {
      headers: { ...bearer, 'HTTP-Referer': 'https://librechat.ai', 'X-Title': 'LibreChat' },
      body: {
        model: `${provider}/simulated`,
        user: 'u-1',
        stream: true,
        stream_options: { include_usage: true },
        temperature: 1,
        top_p: 1,
        presence_penalty: 0,
        frequency_penalty: 0,
        messages: [{ role: 'user', content: 'Hello.' }],
      },
    });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(await eventsOf(answer))).toContain('"finish_reason":"stop"');
  });

  test('with provider: anthropic it speaks to the other door', async () => {
    const answer = await house.call('POST', '/v1/messages', {
      headers: { 'x-api-key': masterKey, 'anthropic-version': '2023-06-01' },
      body: { model: 'openai/simulated', max_tokens: 100, messages: [{ role: 'user', content: 'Hello.' }] },
    });
    expect(await json(answer)).toMatchObject({ content: [{ type: 'text', text: 'You said: "Hello.".' }] });
  });
});

describe('n8n', () => {
  test('checks its key with the list of models, and a wrong one is told as such', async () => {
    expect((await house.call('GET', '/v1/models', { headers: bearer })).status).toBe(200);
    const refused = await house.call('GET', '/v1/models', { headers: { authorization: 'Bearer sk-no' } });
    expect(refused.status).toBe(401);
    expect(await json(refused)).toMatchObject({ error: { code: 'invalid_api_key' } });
  });

  test.each(upstreams)('then calls /responses, also where %s has none', async (provider) => {
    const answer = await house.call('POST', '/v1/responses', {
      headers: bearer,
      body: {
        model: `${provider}/simulated`,
        input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] }],
        text: { format: { type: 'text' } },
      },
    });
    expect(await json(answer)).toMatchObject({
      object: 'response',
      status: 'completed',
      output: expect.arrayContaining([expect.objectContaining({ type: 'message' })]),
    });
  });

  test('its Ollama credential is checked with the list of models', async () => {
    expect((await house.call('GET', '/api/tags', { headers: bearer })).status).toBe(200);
    const refused = await house.call('GET', '/api/tags');
    expect(refused.status).toBe(401);
    expect(typeof (await json(refused))['error']).toBe('string');
  });
});

describe('Continue', () => {
  const headers = { ...bearer, 'api-key': masterKey };
  const messages = [{ role: 'user', content: 'Hello.' }];

  test.each([
    ['with a slash at the end of apiBase', '/v1/chat/completions'],
    ['without one, which takes the last step away', '/chat/completions'],
  ])('its paths lead here %s', async (_, path) => {
    const body = { model: 'anthropic/simulated', messages, max_tokens: 2048, stream: false };
    expect((await house.call('POST', path, { headers, body })).status).toBe(200);
  });

  test.each(upstreams)('completes code with %s', async (provider) => {
    const answer = await house.call('POST', '/v1/completions', {
      headers,
      body: { model: `${provider}/simulated`, prompt: 'def f(', max_tokens: 64, stream: true, stop: ['\n\n'] },
    });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(await eventsOf(answer))).toContain('"object":"text_completion"');
  });

  test('lists models, embeds, and is told plainly of a door that is not there', async () => {
    expect(await names(await house.call('GET', '/v1/models', { headers }))).toContain('demo/echo');
    const embedded = await house.call('POST', '/v1/embeddings', {
      headers,
      body: { model: 'openai/simulated', input: ['a', 'b'] },
    });
    expect((await json(embedded))['data']).toBeArrayOfSize(2);
    const missing = await house.call('POST', '/v1/fim/completions', { headers, body: { prompt: 'a', suffix: 'b' } });
    expect(missing.status).toBe(404);
    expect(JSON.stringify(await json(missing))).toContain('There is no POST /v1/fim/completions here');
  });
});
