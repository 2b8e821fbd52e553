import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReplayUpstream } from '../../src/simulators/index.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { doors } from './doors.ts';
import {
  configure,
  eventually,
  type GatewayUnderTest,
  masterKey,
  startGatewayUnderTest,
} from './gateway-under-test.ts';

let sluice: GatewayUnderTest;

beforeAll(async () => {
  sluice = await startGatewayUnderTest({ config: { cors: { origins: ['https://app.example'] } } });
});

afterAll(() => sluice.stop());

const chat = (model: string, stream = false, extra: Record<string, unknown> = {}) => ({
  model,
  messages: [{ role: 'user', content: 'Say a few words, please, and then some more of them.' }],
  ...(stream ? { stream } : {}),
  ...extra,
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(sluice.url + path, { method, headers: { authorization: `Bearer ${masterKey}`, ...headers } });

test('an answer says who served it, by which lane, and what the gateway cost', async () => {
  const response = await sluice.post('/v1/messages', { ...doors[1]?.body('openai/simulated', false), top_k: 3 });
  const { headers } = response;
  expect(headers.get('x-request-id')).toMatch(/^[a-z0-9]{20,}$/);
  expect(headers.get('request-id')).toBe(headers.get('x-request-id'));
  expect(headers.get('x-sluice-provider')).toBe('openai');
  expect(headers.get('x-sluice-model')).toBe('simulated');
  expect(headers.get('x-sluice-lane')).toBe('translated');
  expect(headers.get('x-sluice-warnings')).toContain('top_k');
  expect(headers.get('server-timing')).toMatch(/^gateway;dur=[\d.]+, upstream;dur=[\d.]+$/);
  await response.text();
  expect(await sluice.record(response)).toMatchObject({
    provider: 'openai',
    lane: 'translated',
    end: 'done',
    status: 200,
  });
});

test.each(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'])('the key may come in %s', async (name) => {
  const headers = { [name]: name === 'authorization' ? `Bearer ${masterKey}` : masterKey };
  const response = await sluice.post('/v1/chat/completions', chat('demo/echo'), { key: null, headers });
  expect(response.status).toBe(200);
  await response.text();
});

test('the key may come as ?key= and is not logged', async () => {
  const path = `/v1beta/models/demo/echo:generateContent?key=${masterKey}`;
  const response = await sluice.post(path, { contents: [{ parts: [{ text: 'x' }] }] }, { key: null });
  expect(response.status).toBe(200);
  await response.text();
  expect(JSON.stringify(await sluice.record(response))).not.toContain(masterKey);
});

describe('the native lane', () => {
  test('changes nothing of the request but the model, byte for byte', async () => {
    sluice.simulator.clear();
    const raw =
      '{ "model" : "openai/simulated",\n  "messages":[{"role":"user","content":"caf\\u00e9 \ud83d\ude00"}], "seed":1e0, "vendor_novelty":{"x":[1,2.50]} }';
    await (await sluice.post('/v1/chat/completions', undefined, { raw })).text();
    expect(sluice.simulator.requests[0]?.body).toBe(raw.replace('openai/simulated', 'simulated'));
  });

  test('asks for usage the client did not ask for, and keeps it from the client', async () => {
    sluice.simulator.clear();
    const response = await sluice.post('/v1/chat/completions', chat('openai/simulated', true));
    const text = await response.text();
    expect(sluice.simulator.requests[0]?.body).toContain('"include_usage":true');
    expect(text).not.toMatch(/"usage":\{/);
    expect(text).toEndWith('data: [DONE]\n\n');
    expect(await sluice.record(response)).toMatchObject({
      lane: 'native',
      inputTokens: expect.any(Number),
      outputTokens: expect.any(Number),
    });
    const asked = await sluice.post(
      '/v1/chat/completions',
      chat('openai/simulated', true, { stream_options: { include_usage: true } }),
    );
    expect(await asked.text()).toMatch(/"choices":\[\],"usage":\{/);
  });

  test('passes the headers that belong to body fields, and no others', async () => {
    sluice.simulator.clear();
    const body = { model: 'anthropic/simulated', max_tokens: 50, messages: [{ role: 'user', content: 'x' }] };
    const headers = {
      'anthropic-beta': 'context-1m-2025-08-07',
      'anthropic-version': '2023-06-01',
      cookie: 'a=b',
      'x-stainless-lang': 'js',
    };
    await (await sluice.post('/v1/messages?beta=true', body, { headers })).text();
    const seen = sluice.simulator.requests[0]?.headers ?? {};
    expect(seen['anthropic-beta']).toBe('context-1m-2025-08-07');
    expect(seen['cookie']).toBeUndefined();
    expect(seen['x-stainless-lang']).toBeUndefined();
    expect(JSON.stringify(seen)).not.toContain(masterKey);
  });

  test("a provider's own error body reaches clients of its dialect unchanged", async () => {
    const model = 'anthropic/sim.status-400--simulated';
    const response = await sluice.post('/v1/messages', {
      model,
      max_tokens: 5,
      messages: [{ role: 'user', content: 'x' }],
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  });

  test('`observe: full` tells in the log what an answer held', async () => {
    const observing = await startGatewayUnderTest({ config: { observe: 'full' } });
    const response = await observing.post('/v1/chat/completions', chat('openai/simulated', true));
    await response.text();
    expect(await observing.record(response)).toMatchObject({ content: { textBlocks: 1, toolCalls: 0, stop: 'stop' } });
    await observing.stop();
  });
});

describe('model lists', () => {
  test('are told apart by what the client sends', async () => {
    expect(await (await get('/v1/models')).json()).toMatchObject({ object: 'list', data: expect.any(Array) });
    expect(await (await get('/v1/models?limit=1000', { 'anthropic-version': '2023-06-01' })).json()).toMatchObject({
      has_more: false,
    });
    expect(await (await get('/v1/models?client_version=1.0')).json()).toMatchObject({ models: expect.any(Array) });
    expect(await (await get('/v1beta/models')).json()).toMatchObject({ models: expect.any(Array) });
  });

  test('one model can be fetched, an unknown one is 404', async () => {
    expect(await (await get('/v1/models/demo/echo')).json()).toMatchObject({ id: 'demo/echo' });
    expect((await get('/v1/models/nothing/here')).status).toBe(404);
  });

  test('want a key', async () => {
    expect((await get('/v1/models', { authorization: '' })).status).toBe(401);
  });
});

describe('plain pages', () => {
  test('GET / says what this is and how to call it', async () => {
    expect(await (await get('/', { authorization: '' })).json()).toMatchObject({
      name: 'sluice',
      providers: expect.any(Array),
    });
    const page = await get('/', { accept: 'text/html' });
    expect(page.headers.get('content-type')).toStartWith('text/html');
    expect(await page.text()).toContain('curl');
  });

  test('health and metrics answer', async () => {
    expect((await get('/livez')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
    expect(await (await get('/metrics')).text()).toMatch(
      /sluice_exchanges_total\{door="openai-chat",lane="native",provider="openai",status="2xx",end="done"\} \d+/,
    );
  });

  test('HEAD and OPTIONS are answered, a wrong method says which is right', async () => {
    expect((await get('/api/hello', {}, 'HEAD')).status).toBe(200);
    expect((await get('/v1/models', {}, 'HEAD')).status).toBe(200);
    const preflight = await get(
      '/v1/chat/completions',
      { origin: 'https://app.example', 'access-control-request-headers': 'authorization' },
      'OPTIONS',
    );
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization');
    const other = await get('/v1/chat/completions', { origin: 'https://evil.example' }, 'OPTIONS');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    const wrong = await get('/v1/messages');
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('POST');
  });
});

test('the Cursor door takes Responses-shaped bodies and answers in the form of chat', async () => {
  const body = {
    model: 'anthropic/simulated',
    input: [{ role: 'user', content: 'call f' }],
    tools: [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }],
  };
  const response = await sluice.post('/cursor/v1/chat/completions', body);
  expect(await response.json()).toMatchObject({
    object: 'chat.completion',
    choices: [{ finish_reason: 'tool_calls' }],
  });
});

describe('token counts', () => {
  const request = { model: 'anthropic/simulated', messages: [{ role: 'user', content: 'How many tokens is this?' }] };

  test('come from the provider when it counts', async () => {
    const response = await sluice.post('/v1/messages/count_tokens', request);
    expect(await response.json()).toEqual({ input_tokens: expect.any(Number) });
    expect(response.headers.get('x-sluice-warnings')).toBeNull();
  });

  test('are translated between dialects, and estimated with a warning when nobody counts', async () => {
    const translated = await sluice.post('/v1beta/models/anthropic/simulated:countTokens', {
      contents: [{ parts: [{ text: 'Hi' }] }],
    });
    expect(await translated.json()).toEqual({ totalTokens: expect.any(Number) });
    const estimated = await sluice.post('/v1/messages/count_tokens', { ...request, model: 'chat-only/simulated' });
    expect(await estimated.json()).toEqual({ input_tokens: expect.any(Number) });
    expect(estimated.headers.get('x-sluice-warnings')).toContain('estimated');
  });
});

test.each(doors)(
  'silence at the door of $name is filled with comments, and a failure behind them is told in the stream',
  async (door) => {
    const quick = await startGatewayUnderTest({ config: { heartbeatMs: 100 } });
    const slow = 'openai/sim.delay-head-900--simulated';
    const text = await (await quick.post(door.path(slow, true), door.body(slow, true))).text();
    expect(text.match(/^: heartbeat$/gm)?.length).toBeGreaterThan(1);
    expect(text).toMatch(door.finish);
    const failing = 'openai/sim.delay-head-300.status-500--simulated';
    const response = await quick.post(door.path(failing, true), door.body(failing, true));
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(door.broken);
    await quick.stop();
  },
);

test('a client that neither reads nor closes is cut, and its provider call with it', async () => {
  const impatient = await startGatewayUnderTest({ config: { stallMs: 300 } });
  const model = 'openai/sim.big-frame-20000000--simulated';
  const body = JSON.stringify(chat(model, true));
  const { hostname, port } = new URL(impatient.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${masterKey}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await eventually(
    () => impatient.log.some((record) => record['end'] === 'client-stalled'),
    'the stalled client is cut',
  );
  socket.destroy();
  await impatient.stop();
});

/** A signal takes a moment to arrive. */
const untilDraining = async (url: string): Promise<void> => {
  for (let wait = 0; wait < 200 && (await fetch(`${url}/readyz`)).status === 200; wait += 1) await Bun.sleep(5);
};

test('stopping refuses new calls, lets running ones end, then closes', async () => {
  const stopping = await startGatewayUnderTest();
  const running = await stopping.post('/v1/chat/completions', chat('openai/sim.delay-frame-40--simulated', true));
  const stopped = stopping.stop();
  await untilDraining(stopping.url);
  const late = await stopping.post('/v1/chat/completions', chat('openai/simulated'));
  expect(late.status).toBe(503);
  expect(late.headers.get('retry-after')).toBe('1');
  expect((await fetch(`${stopping.url}/readyz`)).status).toBe(503);
  expect(await running.text()).toEndWith('data: [DONE]\n\n');
  await stopped;
  expect(await stopping.record(running)).toMatchObject({ end: 'done' });
});

test('stopping lets a large whole answer reach a slow reader', async () => {
  const upstream = startReplayUpstream(() => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ choices: [], padding: 'x'.repeat(16_000_000) }),
  }));
  const entry = { title: 'Large', baseUrl: `${upstream.url}/v1` };
  const stopping = await startGatewayUnderTest({
    providers: [{ id: 'large', enabled: true, apiKey: 'x'.repeat(8), entry }],
  });
  const body = JSON.stringify(chat('large/m'));
  const { hostname, port } = new URL(stopping.url);
  const socket = connect({ host: hostname, port: Number(port) });
  let received = 0;
  socket.on('data', (piece) => {
    received += piece.length;
    socket.pause();
    setTimeout(() => socket.resume(), 1);
  });
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${masterKey}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await eventually(() => received > 0, 'the answer begins');
  await stopping.stop();
  await eventually(() => received > 16_000_000, 'the whole answer arrives');
  socket.destroy();
  upstream.stop();
});

// A program reads its own file: `qa/reload.ts` tests that one.
test.skipIf(testsProgram)('a changed config file is put in force, a bad one changes nothing and says why', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-reload-'));
  const file = join(folder, 'sluice.yaml');
  writeFileSync(file, 'one');
  let next: 'good' | 'bad' = 'bad';
  const reloading: GatewayUnderTest = await startGatewayUnderTest({
    configPath: file,
    reload: () =>
      Promise.resolve(
        next === 'bad'
          ? { kind: 'unloadable', problems: ['sluice.yaml:1:1 providers: must be a list'] }
          : configure(reloading.simulator.url, {
              providers: [
                {
                  id: 'fresh',
                  enabled: true,
                  apiKey: 'x'.repeat(40),
                  entry: { title: 'Fresh', baseUrl: reloading.simulator.url },
                },
              ],
            }),
      ),
  });
  writeFileSync(file, 'two');
  await eventually(() => reloading.log.some((record) => record['event'] === 'config-kept'), 'the bad file is reported');
  expect((await reloading.post('/v1/chat/completions', chat('openai/simulated'))).status).toBe(200);
  next = 'good';
  writeFileSync(file, 'three');
  await eventually(
    () => reloading.log.some((record) => record['event'] === 'config-reloaded'),
    'the good file is taken',
  );
  expect((await reloading.post('/v1/chat/completions', chat('fresh/simulated'))).status).not.toBe(404);
  await reloading.stop();
  rmSync(folder, { recursive: true });
});

test('more than 256 provider calls run at once when the launch environment allows it', async () => {
  const count = Number(process.env['BUN_CONFIG_MAX_HTTP_REQUESTS'] ?? 256) > 256 ? 600 : 200;
  sluice.simulator.clear();
  const before = sluice.simulator.connections.opened;
  const answers = await Promise.all(
    Array.from({ length: count }, () =>
      sluice.post('/v1/chat/completions', chat('openai/sim.delay-head-700--simulated')),
    ),
  );
  expect(answers.every((answer) => answer.status === 200)).toBe(true);
  expect(sluice.simulator.connections.opened - before).toBeGreaterThan(Math.min(count - 50, 550) - 50);
  await Promise.all(answers.map((answer) => answer.text()));
});
