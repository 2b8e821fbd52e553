import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { defaultConfig } from '../../src/contract/settings.ts';
import { startReplayUpstream } from '../../src/simulators/index.ts';
import { doors } from './doors.ts';
import { eventually, type GatewayUnderTest, masterKey, startGatewayUnderTest } from './gateway-under-test.ts';
import { postHead, rawClient } from './raw-client.ts';

let sluice: GatewayUnderTest;

beforeAll(async () => {
  sluice = await startGatewayUnderTest({
    config: { limits: { ...defaultConfig.limits, bodyMs: 200, bytesInFlight: 100_000 } },
  });
});

afterAll(() => sluice.stop());

const chat = (content: string, members: Record<string, unknown> = {}) => ({
  model: 'openai/simulated',
  messages: [{ role: 'user', content }],
  ...members,
});

test.each(doors)(
  'a body that comes too slowly is refused at the door of $name, and the connection closed',
  async (door) => {
    const client = rawClient(sluice.url);
    client.socket.write(`${postHead(door.path('openai/simulated', false), ['content-length: 1000'])}{"model"`);
    await client.closed;
    expect(client.text()).toStartWith('HTTP/1.1 408');
    const body: unknown = JSON.parse(client.text().split('\r\n\r\n')[1] ?? '');
    expect(String(door.errorMessage(body))).toContain('limits.body_ms');
  },
);

test('a body without a length counts piece by piece', async () => {
  const roomy = await startGatewayUnderTest({
    config: { limits: { ...defaultConfig.limits, bytesInFlight: 100_000 } },
  });
  const client = rawClient(roomy.url);
  const piece = `{"model":"openai/simulated","messages":[{"role":"user","content":"${'x'.repeat(80_000)}`;
  client.socket.write(postHead('/v1/chat/completions', ['transfer-encoding: chunked']));
  await new Promise<void>((resolve) =>
    client.socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`, () => resolve()),
  );
  // A turn of the server's loop, in which it takes what has come.
  await (await roomy.post('/v1/chat/completions', chat('y'))).text();
  const refused = await roomy.post('/v1/chat/completions', chat('y'.repeat(50_000)));
  expect(refused.status).toBe(429);
  expect(await refused.text()).toContain('limits.bytes_in_flight');
  client.socket.write('4\r\n"}]}\r\n0\r\n\r\n');
  await eventually(() => client.text().startsWith('HTTP/1.1 200'), 'the slow body is answered');
  expect((await roomy.post('/v1/chat/completions', chat('y'.repeat(50_000)))).status).toBe(200);
  client.socket.destroy();
  await roomy.stop();
});

test.each([
  ['a wrong key', 'sk-wrong', 50_000_000, 401],
  ['a length beyond the limit', masterKey, 500_000_000, 413],
])('an upload with %s is not read to its end', async (_name, key, length, status) => {
  const client = rawClient(sluice.url);
  client.socket.write(postHead('/v1/chat/completions', [`content-length: ${length}`], key));
  let sent = 0;
  while (!client.isClosed() && sent < length) {
    const piece = Buffer.alloc(256 * 1024, 0x20);
    sent += piece.length;
    // As clients do, it reads between two writes: an error of writing ends a socket with all it has not read.
    const taken = client.socket.write(piece);
    await Promise.race([
      new Promise((resolve) => (taken ? setImmediate(resolve) : client.socket.once('drain', resolve))),
      client.closed,
    ]);
  }
  expect(client.text()).toStartWith(`HTTP/1.1 ${status}`);
  expect(sent).toBeLessThan(length);
});

test('a whole answer that nobody reads is cut, and so is a kept connection that stays silent', async () => {
  const upstream = startReplayUpstream(() => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ choices: [], padding: 'x'.repeat(16_000_000) }),
  }));
  const entry = { title: 'Large', baseUrl: `${upstream.url}/v1` };
  const impatient = await startGatewayUnderTest({
    config: { stallMs: 300, drainMs: 60_000 },
    providers: [{ id: 'large', enabled: true, apiKey: 'x'.repeat(8), entry }],
  });
  const ask = (model: string) => {
    const client = rawClient(impatient.url);
    const body = JSON.stringify(chat('x', { model }));
    client.socket.write(`${postHead('/v1/chat/completions', [`content-length: ${body.length}`])}${body}`);
    return client;
  };
  const kept = ask('openai/simulated');
  const unread = ask('large/m');
  unread.socket.pause();
  await eventually(() => impatient.log.length >= 2, 'both are answered');
  expect(kept.text()).toStartWith('HTTP/1.1 200');
  await kept.closed;
  // Waits for every answer to be fetched or cut.
  await impatient.stop();
  unread.socket.resume();
  await unread.closed;
  expect(unread.text().length).toBeLessThan(16_000_000);
  upstream.stop();
}, 30_000);

describe('what is wrong with a request is told', () => {
  test.each([
    ['null', 'null', 'The body is null'],
    ['a missing colon', '{"model":"m",\n "messages" []}', 'line 2, column 13'],
    ['a comma too many', '{"model":"m",}', 'line 1, column 14'],
    ['a member that stands twice', '{"previous_response_id":"r","previous_response_id":null}', 'stands twice'],
    ['one that does so in escapes', '{"previous_response_id":"r","previous\\u005fresponse_id":null}', 'stands twice'],
    ['one deep inside', '{"input":[{"type":"input_file","file_id":"f","file_id":null}]}', '"file_id" stands twice'],
  ])('%s', async (_name, raw, words) => {
    const response = await sluice.post('/v1/responses', undefined, { raw });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(words.replaceAll('"', '\\"'));
  });

  test.each([
    ['authorization', [`authorization: Bearer ${masterKey}`]],
    ['x-api-key', ['authorization: Basic x', 'x-api-key: sk-one', 'x-api-key: sk-two']],
  ])('a key that came twice in %s', async (_name, heads) => {
    const client = rawClient(sluice.url);
    client.socket.write(postHead('/v1/chat/completions', [...heads, 'content-length: 2']));
    client.socket.end('{}');
    await client.closed;
    expect(client.text()).toStartWith('HTTP/1.1 401');
    expect(client.text()).toContain('more than once');
  });
});

test('HEAD tells the length that GET has', async () => {
  const headers = { authorization: `Bearer ${masterKey}` };
  const whole = await (await fetch(`${sluice.url}/v1/models`, { headers })).text();
  const head = await fetch(`${sluice.url}/v1/models`, { method: 'HEAD', headers });
  expect(head.headers.get('content-length')).toBe(String(new TextEncoder().encode(whole).length));
});

test('Google’s paths stand under /api too', async () => {
  const response = await sluice.post('/api/v1beta/models/openai/simulated:generateContent', {
    contents: [{ parts: [{ text: 'x' }] }],
  });
  expect(response.status).toBe(200);
});
