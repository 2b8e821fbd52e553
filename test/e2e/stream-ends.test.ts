import { afterAll, afterEach, describe, expect, test } from 'bun:test';
import { type RawUpstream, startRawUpstream } from '../../src/simulators/index.ts';
import { doors } from './doors.ts';
import { type GatewayUnderTest, providerKey, startGatewayUnderTest } from './gateway-under-test.ts';

/** What the provider says next, and how its connection ends then. */
let said = '';
let ending: 'closed' | 'reset' = 'closed';
/** Called when the client has read something: a reset may overtake bytes that are still on their way. */
let read: () => void = () => undefined;

/** The whole answer, piece by piece. */
const textOf = async (response: Response): Promise<string> => {
  let text = '';
  for await (const piece of response.body ?? []) {
    text += new TextDecoder().decode(piece);
    read();
  }
  return text;
};

const upstream: RawUpstream = startRawUpstream(async (exchange) => {
  await exchange.write(
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n',
  );
  await exchange.write(`${Buffer.byteLength(said).toString(16)}\r\n${said}\r\n`);
  if (ending === 'reset') {
    await new Promise<void>((resolve) => {
      read = resolve;
    });
    exchange.reset();
    return;
  }
  await exchange.write('0\r\n\r\n');
  await exchange.end();
});

const setting = (id: string, entry: Record<string, unknown>) => ({
  id,
  enabled: true,
  apiKey: providerKey,
  entry: { title: id, baseUrl: `${upstream.url}/v1`, ...entry },
});

const sluice: GatewayUnderTest = await startGatewayUnderTest({
  config: { heartbeatMs: 0 },
  providers: [
    setting('chat', {}),
    setting('messages', { serves: { chat: [{ dialect: 'anthropic-messages', path: '/messages' }] } }),
    setting('googles', {
      serves: { chat: [{ dialect: 'gemini', path: '/models/{model}:{method}' }] },
    }),
  ],
});

afterEach(() => {
  ending = 'closed';
});

afterAll(async () => {
  await sluice.stop();
  upstream.stop();
});

const sse = (...frames: readonly unknown[]): string =>
  frames.map((frame) => `data: ${typeof frame === 'string' ? frame : JSON.stringify(frame)}\n\n`).join('');

const chunk = (index: number, members: Record<string, unknown>) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index, delta: {}, finish_reason: null, ...members }],
});
const words = (index: number) => chunk(index, { delta: { content: 'Hi' } });
const finish = (index: number) => chunk(index, { finish_reason: 'stop' });

const candidate = (members: Record<string, unknown>) => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Hi' }] }, ...members }],
  usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 5, totalTokenCount: 12 },
});

const askChat = (members: Record<string, unknown> = {}) =>
  sluice.post('/v1/chat/completions', {
    model: 'chat/m',
    stream: true,
    messages: [{ role: 'user', content: 'x' }],
    ...members,
  });

describe('a stream of chat chunks', () => {
  test.each([
    ['nonsense', sse('nonsense', '[DONE]')],
    ['a number', sse('5', '[DONE]')],
    ['[DONE] alone', sse('[DONE]')],
    ['counts alone', sse({ id: 'c', choices: [], usage: { prompt_tokens: 1, completion_tokens: 0 } }, '[DONE]')],
  ])('that is %s is no answer', async (_name, text) => {
    said = text;
    const response = await askChat();
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_invalid' } });
  });

  test.each([
    ['nonsense after words', sse(words(0), 'nonsense', finish(0), '[DONE]'), sse(words(0))],
    ['an object without choices', sse({}, '[DONE]'), sse({})],
  ])('that is %s ends with an error', async (_name, text, told) => {
    said = text;
    const response = await askChat();
    const read = await response.text();
    expect(read).toStartWith(`${told}data: {"error"`);
    expect(read).not.toContain('[DONE]');
    expect(await sluice.record(response)).toMatchObject({ end: 'failed', errorCode: 'upstream_invalid' });
  });

  test('whose objects are written over several lines passes as it is', async () => {
    said = `data: {"id": "c",\ndata:  "choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}\n\n${sse('[DONE]')}`;
    expect(await (await askChat()).text()).toBe(said);
  });

  test('whose second choice never began is cut', async () => {
    said = sse(words(0), finish(0));
    const response = await askChat({ n: 2 });
    expect(await response.text()).toMatch(/^data: \{"error"/m);
    expect(await sluice.record(response)).toMatchObject({ end: 'failed', errorCode: 'upstream_cut' });
  });

  test('whose second choice began and never ended is cut', async () => {
    said = sse(words(0), words(1), finish(0));
    expect(await (await askChat({ n: 2 })).text()).toMatch(/^data: \{"error"/m);
  });

  test.each([1, 2])('without [DONE] is whole when each of %d choices has ended and the connection too', async (n) => {
    said = sse(words(0), finish(0), words(1), finish(1));
    const response = await askChat({ n });
    expect(await response.text()).not.toContain('"error"');
    expect(await sluice.record(response)).toMatchObject({ end: 'done' });
  });

  test('is cut when the connection breaks behind the finish reason', async () => {
    said = sse(words(0), finish(0));
    ending = 'reset';
    expect(await textOf(await askChat())).toMatch(/^data: \{"error"/m);
  });

  test('is whole when the connection breaks behind [DONE]', async () => {
    said = sse(words(0), finish(0), '[DONE]');
    ending = 'reset';
    const response = await askChat();
    expect(await textOf(response)).toEndWith('data: [DONE]\n\n');
    expect(await sluice.record(response)).toMatchObject({ end: 'done' });
  });

  test('is cut though its text speaks of an end', async () => {
    said = sse(chunk(0, { delta: { content: '"finish_reason":"stop" data: [DONE] [DONE]' } }));
    expect(await (await askChat()).text()).toMatch(/^data: \{"error"/m);
  });
});

describe('a stream in the translated lane', () => {
  const body = { contents: [{ parts: [{ text: 'x' }] }], generationConfig: { candidateCount: 2 } };
  const ask = () => sluice.post('/v1beta/models/chat/m:streamGenerateContent?alt=sse', body);

  test('is cut when not every choice that was asked for has ended', async () => {
    said = sse(words(0), finish(0));
    const text = await (await ask()).text();
    expect(text).toMatch(/^data: \{"error"/m);
    expect(text).not.toContain('finishReason');
    said = sse(words(0), words(1), finish(0), finish(1));
    expect(await (await ask()).text()).not.toContain('"error"');
  });

  test('is whole when the connection breaks behind the last word', async () => {
    said = sse(words(0), words(1), finish(0), finish(1), '[DONE]');
    ending = 'reset';
    expect(await textOf(await ask())).not.toContain('"error"');
  });
});

test('a frame of more values than any answer holds is refused before it is parsed', async () => {
  said = sse(`{"choices":[${'{},'.repeat(1_200_000)}{}]}`);
  const response = await sluice.post('/v1/messages', {
    model: 'chat/m',
    max_tokens: 9,
    stream: true,
    messages: [{ role: 'user', content: 'x' }],
  });
  expect(response.status).toBe(502);
  expect(await response.text()).toContain('more JSON values');
});

test('a refused key told inside a stream is not the client’s when it is translated, either', async () => {
  const error = { type: 'error', error: { type: 'authentication_error', message: 'Bad key' } };
  const begin = { type: 'message_start', message: { id: 'msg_1', role: 'assistant', content: [], usage: {} } };
  const ask = () =>
    sluice.post('/v1/chat/completions', {
      model: 'messages/m',
      stream: true,
      messages: [{ role: 'user', content: 'x' }],
    });
  for (const frames of [[error], [begin, error]]) {
    said = sse(...frames);
    const text = await (await ask()).text();
    expect(text).toContain('refused the key Sluice uses for it (401)');
    expect(text).not.toContain('authentication_error');
  }
});

describe.each(['?alt=sse', ''])("Google's stream %s in the native lane", (query) => {
  const ask = () =>
    sluice.post(`/v1beta/models/googles/m:streamGenerateContent${query}`, { contents: [{ parts: [{ text: 'x' }] }] });

  test('is cut though a tool’s arguments speak of a finish', async () => {
    const call = { functionCall: { name: 'f', args: { finishReason: 'STOP', error: { code: 401 } } } };
    said = sse(candidate({ content: { role: 'model', parts: [call] } }));
    const response = await ask();
    const text = await response.text();
    expect(text).toContain('"functionCall"');
    expect(text).toContain('before the answer was complete');
    if (query === '') expect(JSON.parse(text)).toHaveLength(2);
    expect(await sluice.record(response)).toMatchObject({ lane: 'native', end: 'failed', errorCode: 'upstream_cut' });
  });

  test('keeps what nobody knows, byte for byte, with its counts in the log', async () => {
    const first =
      '{"candidates": [ {"content":{"parts":[{"text":"H\\u00ef","novel":1.50}],"role":"model"},"index":0} ]}';
    said = sse(first, candidate({ finishReason: 'STOP', novelty: [1] }));
    const response = await ask();
    const text = await response.text();
    expect(text).toContain(first);
    expect(text).toContain('"novelty":[1]');
    if (query === '') expect(JSON.parse(text)).toHaveLength(2);
    expect(response.headers.get('x-sluice-lane')).toBe('native');
    expect(await sluice.record(response)).toMatchObject({ end: 'done', inputTokens: 7, outputTokens: 5 });
  });
});

describe.each([
  ['chat', '/v1/chat/completions', { error: { message: 'Bad key', type: 'authentication_error', code: 401 } }],
  ['messages', '/v1/messages', { type: 'error', error: { type: 'authentication_error', message: 'Bad key' } }],
  [
    'googles',
    '/v1beta/models/googles/m:streamGenerateContent?alt=sse',
    { error: { code: 401, message: 'Bad key', status: 'UNAUTHENTICATED' } },
  ],
])('a refused key told inside the stream of %s', (provider, path, error) => {
  const begin =
    provider === 'chat'
      ? words(0)
      : provider === 'googles'
        ? candidate({})
        : { type: 'message_start', message: { id: 'msg_1', role: 'assistant', content: [], usage: {} } };
  const ask = () =>
    sluice.post(
      path,
      provider === 'googles'
        ? { contents: [{ parts: [{ text: 'x' }] }] }
        : { model: `${provider}/m`, max_tokens: 9, stream: true, messages: [{ role: 'user', content: 'x' }] },
    );

  test.each([
    ['first', ''],
    ['behind a comment', ': hello\n\n'],
    ['behind a comment and a ping', ': hello\n\nevent: ping\ndata: {"type": "ping"}\n\n'],
  ])('%s is an ordinary error, and not the client’s', async (_name, before) => {
    said = before + sse(error);
    const response = await ask();
    expect(response.status).toBe(502);
    expect(await response.text()).not.toMatch(/authentication_error|UNAUTHENTICATED|"code":401/);
    expect(await sluice.record(response)).toMatchObject({ errorCode: 'upstream_auth', end: 'failed' });
  });

  test('later is told in other words', async () => {
    said = sse(begin, error);
    const response = await ask();
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).toStartWith(sse(begin));
    expect(text).toContain('refused the key Sluice uses');
    expect(text).not.toMatch(/authentication_error|UNAUTHENTICATED|"code":401/);
    expect(await sluice.record(response)).toMatchObject({ errorCode: 'upstream_auth', end: 'failed' });
  });
});

test.each(doors)(
  'a refused key told in an answer with status 200 is not the client’s at the door of $name',
  async (door) => {
    sluice.simulator.script({
      reply: {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: new TextEncoder().encode('{"error":{"message":"Bad key","type":"authentication_error","code":401}}'),
      },
    });
    const response = await sluice.post(
      door.path('chat-only/simulated', false),
      door.body('chat-only/simulated', false),
    );
    expect(response.status).toBe(502);
    expect(String(door.errorMessage(await response.json()))).toContain('refused the key Sluice uses');
  },
);
