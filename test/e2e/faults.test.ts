import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { startRawUpstream } from '../../src/simulators/index.ts';
import { allDoors, providers } from './doors.ts';
import { eventually, type GatewayUnderTest, providerKey, startGatewayUnderTest } from './gateway-under-test.ts';

let sluice: GatewayUnderTest;

beforeAll(async () => {
  sluice = await startGatewayUnderTest({
    config: { timeouts: { connectMs: 400, firstByteMs: 500, idleMs: 500, totalMs: 5000 }, heartbeatMs: 0 },
  });
});

afterAll(() => sluice.stop());

/** A model whose provider misbehaves. */
const faulty = (provider: string, faults: string): string => `${provider}/sim.${faults}--simulated`;

describe.each(providers)('behind %s', (provider) => {
  describe.each(allDoors)('at the door of $name', (door) => {
    const ask = (faults: string, stream: boolean): Promise<Response> => {
      const model = faulty(provider, faults);
      return sluice.post(
        door.path(model, stream),
        door.body(model, stream, 'Say a few words, please, and then some more.'),
      );
    };

    test.each([
      'delay-frame-10.cut-frames-8',
      'delay-frame-10.reset-frames-8',
      'missing-end',
      'hang-frames-8',
      'delay-frame-10.error-frames-8',
      'byte-chunks.missing-end',
      'delay-frame-10.byte-chunks.error-frames-8',
    ])('a stream with %s ends with an error in the stream, never with a finish', async (faults) => {
      const response = await ask(faults, true);
      const text = await response.text();
      expect(response.status).toBe(200);
      expect(text).toMatch(door.broken);
      expect(text).not.toMatch(door.finish);
      const record = await sluice.record(response);
      expect(record).toMatchObject({ end: 'failed', errorCode: expect.stringMatching(/^upstream_/) });
      if (!faults.includes('error')) expect(record['status']).toBe(faults === 'hang-frames-8' ? 504 : 502);
    });

    test.each([
      ['html-200', 502],
      ['empty-200', 502],
      ['not-json', 502],
      ['redirect', 502],
      ['html-502', 502],
      ['gzip-bomb-20000000', 502],
      ['status-401', 502],
      ['status-403', 502],
      ['status-404', 404],
      ['status-500', 500],
      ['status-503', 503],
      ['status-529', 529],
      ['hang', 504],
      ['reset', 502],
      ['half-head', 502],
      ['cut-bytes-20', 502],
      ['reset-bytes-20', 502],
      ['gzip.cut-bytes-20', 502],
      ['delay-body-2000', 504],
    ])('%s becomes a clear error with status %d', async (faults, status) => {
      const response = await ask(faults, false);
      const text = await response.text();
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toStartWith('application/json');
      expect(String(door.errorMessage(JSON.parse(text)))).not.toBe('');
      expect(door.errorMessage(JSON.parse(text))).toBeString();
      expect(text).not.toContain(providerKey);
      expect(text).not.toContain('<html');
    });

    test.each([
      'gzip',
      'crlf',
      'comments',
      'tight',
      'byte-chunks',
      'big-frame-1000000',
      'usage-none',
      'usage-twice',

      'content-type',
      'delay-frame-5',
    ])('a stream with %s is read all the same', async (faults) => {
      const response = await ask(faults, true);
      const text = await response.text();
      expect(response.status).toBe(200);
      expect(text).toMatch(door.finish);
      expect(text).not.toMatch(door.broken);
    });

    test.each(['gzip', 'content-type', 'delay-body-50', 'usage-none'])(
      'an answer with %s is read all the same',
      async (faults) => {
        const response = await ask(faults, false);
        expect(response.status).toBe(200);
        expect(await response.text()).toContain('You said');
      },
    );

    test('a rate limit passes with its wait', async () => {
      const response = await ask('status-429.retry-after-3', true);
      expect(response.status).toBe(429);
      expect(response.headers.get('retry-after')).toBe('3');
      expect(door.errorMessage(await response.json())).toBeString();
    });
  });
});

test('the call of a client that leaves is ended at the provider at once', async () => {
  sluice.simulator.clear();
  const model = faulty('openai', 'hang-frames-2');
  const leaving = new AbortController();
  const response = await sluice.post(
    '/v1/chat/completions',
    { model, messages: [{ role: 'user', content: 'x' }], stream: true },
    { signal: leaving.signal },
  );
  const reader = response.body?.getReader();
  await reader?.read();
  leaving.abort();
  await eventually(() => sluice.simulator.requests[0]?.aborted === true, 'the provider sees the client leave');
  expect(await sluice.record(response)).toMatchObject({ end: 'client-gone' });
});

test('a client that leaves before the answer begins ends the call too', async () => {
  sluice.simulator.clear();
  const model = faulty('openai', 'delay-head-400');
  const leaving = new AbortController();
  const answer = sluice
    .post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'x' }] }, { signal: leaving.signal })
    .catch((error: unknown) => error);
  await eventually(() => sluice.simulator.requests.length === 1, 'the call reaches the provider');
  leaving.abort();
  expect(await answer).toBeInstanceOf(Error);
  await eventually(() => sluice.simulator.requests[0]?.aborted === true, 'the provider sees the client leave');
});

test('a kept connection that the provider closed is replaced once, unseen by the client', async () => {
  const body = (model: string) => ({ model, messages: [{ role: 'user', content: 'x' }] });
  await (await sluice.post('/v1/chat/completions', body('chat-only/simulated'))).text();
  const response = await sluice.post('/v1/chat/completions', body(faulty('chat-only', 'reset-reused')));
  expect(response.status).toBe(200);
});

test('nothing that accepts connections is told within the connect limit', async () => {
  const silent = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } });
  silent.stop(true);
  const other = await startGatewayUnderTest({
    providers: [
      {
        id: 'gone',
        enabled: true,
        apiKey: 'x'.repeat(8),
        entry: { title: 'Gone', baseUrl: `http://127.0.0.1:${silent.port}` },
      },
    ],
  });
  const response = await other.post('/v1/chat/completions', {
    model: 'gone/m',
    messages: [{ role: 'user', content: 'x' }],
  });
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({ error: { code: 'upstream_unreachable' } });
  await other.stop();
});

describe.each([
  ['chat-only', 'passes natively'],
  ['anthropic', 'is translated'],
])('behind %s an error that quotes the key and %s', (provider) => {
  test.each([
    [0, 'simulated'],
    [2, 'simulated'],
    [2, 'sim.byte-chunks--simulated'],
  ])('is masked in the stream and in the log (after %d frames, %s)', async (before, model) => {
    const words = {
      data: '{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hi"}}]}',
    };
    const start = {
      event: 'message_start',
      data: '{"type":"message_start","message":{"id":"msg_1","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1}}}',
    };
    const block = {
      event: 'content_block_start',
      data: '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hi"}}',
    };
    const message = `The key ${providerKey} is used up.`;
    const frames =
      provider === 'anthropic'
        ? [
            ...[start, block].slice(0, before),
            { event: 'error', data: JSON.stringify({ type: 'error', error: { type: 'api_error', message } }) },
          ]
        : [...[words, words].slice(0, before), { data: JSON.stringify({ error: { message, type: 'server_error' } }) }];
    sluice.simulator.clear();
    sluice.simulator.script({ reply: { status: 200, headers: { 'content-type': 'text/event-stream' }, body: frames } });
    const response = await sluice.post('/v1/chat/completions', {
      model: `${provider}/${model}`,
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'x' }],
    });
    const text = await response.text();
    expect(text).toContain('is used up.');
    expect(text).not.toContain(providerKey);
    expect(JSON.stringify(await sluice.record(response))).not.toContain(providerKey);
  });
});

test('a stream that falls silent or breaks inside a frame is never filled in there', async () => {
  const whole =
    'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n';
  const upstream = startRawUpstream(async (exchange) => {
    await exchange.write(
      `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n${whole}data: {"id":"c","obj`,
    );
    await exchange.whenClosed;
  });
  const other = await startGatewayUnderTest({
    config: { heartbeatMs: 100, timeouts: { connectMs: 400, firstByteMs: 2000, idleMs: 500, totalMs: 3000 } },
    providers: [
      { id: 'half', enabled: true, apiKey: 'x'.repeat(8), entry: { title: 'Half', baseUrl: `${upstream.url}/v1` } },
    ],
  });
  const body = {
    model: 'half/m',
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'x' }],
  };
  const text = await (await other.post('/v1/chat/completions', body)).text();
  expect(text).toStartWith(whole);
  expect(text).toContain(': heartbeat\n\n');
  expect(text.slice(whole.length)).toMatch(/^(?:: heartbeat\n\n)+data: \{"error"/);
  await other.stop();
  upstream.stop();
});

describe.each([
  ['chat-only', 'passes natively'],
  ['anthropic', 'is translated'],
])('behind %s an answer that repeats the key and %s', (provider) => {
  const words = `You called me with ${providerKey}, and sk-looks-like-a-key-but-is-none-0123 is none.`;
  const said = 'You called me with ***, and sk-looks-like-a-key-but-is-none-0123 is none.';
  const ask = async (body: unknown, stream: boolean): Promise<string> => {
    sluice.simulator.clear();
    const headers = { 'content-type': stream ? 'text/event-stream' : 'application/json' };
    sluice.simulator.script({ reply: { status: 200, headers, body: body as never } });
    const messages = [{ role: 'user', content: 'x' }];
    const response = await sluice.post('/v1/chat/completions', { model: `${provider}/m`, stream, messages });
    expect(response.status).toBe(200);
    return response.text();
  };

  test('is masked as a whole', async () => {
    const usage = { input_tokens: 1, output_tokens: 1 };
    const body =
      provider === 'anthropic'
        ? { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [{ type: 'text', text: words }], usage }
        : { id: 'c', choices: [{ index: 0, message: { role: 'assistant', content: words }, finish_reason: 'stop' }] };
    const text = await ask(JSON.stringify({ ...body, stop_reason: 'end_turn' }), false);
    expect(text).toContain(said);
  });

  test('is masked in a stream', async () => {
    const delta = { type: 'text_delta', text: words };
    const events = [
      { type: 'message_start', message: { id: 'm', role: 'assistant', model: 'm', content: [], usage: {} } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ];
    const chunks = [
      { id: 'c', choices: [{ index: 0, delta: { content: words }, finish_reason: null }] },
      { id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ];
    const frames =
      provider === 'anthropic'
        ? events.map((data) => ({ event: data.type, data: JSON.stringify(data) }))
        : [...chunks.map((data) => ({ data: JSON.stringify(data) })), { data: '[DONE]' }];
    expect(await ask(frames, true)).toContain(said);
  });
});
