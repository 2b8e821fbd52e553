import { afterAll, beforeEach, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { faults, parseScenario, splitModel } from './scenario.ts';
import { startReplayUpstream } from './start-replay-upstream.ts';
import { startSimulator } from './start-simulator.ts';

const simulator = startSimulator({ key: 'right' });
afterAll(() => simulator.stop());
beforeEach(() => simulator.clear());

const body = (stream: boolean, model = 'm') =>
  JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'one two three four five six seven' }] });

const send = (faults: string, stream = true, init: RequestInit = {}) =>
  fetch(`${simulator.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer right', 'x-simulate': faults },
    body: body(stream),
    ...init,
  });

/** What the answer was, or the code of what went wrong with it. */
const textOf = async (response: Promise<Response>): Promise<string> => {
  try {
    return await (await response).text();
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

/** Everything a bare client sees: the bytes, then how the connection ended. */
const bare = (faults: string, requests = 1): Promise<{ readonly text: string; readonly ended: string }> =>
  new Promise((resolve) => {
    const payload = body(true);
    const request = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer right\r\nx-simulate: ${faults}\r\ncontent-length: ${payload.length}\r\n\r\n${payload}`;
    let text = '';
    let ended = 'open';
    let sent = 1;
    const socket = connect(simulator.port, '127.0.0.1', () => socket.write(request));
    socket.on('data', (bytes) => {
      text += bytes.toString();
      if (sent < requests && text.endsWith('0\r\n\r\n')) {
        sent++;
        socket.write(request);
      }
    });
    socket.on('end', () => {
      ended = 'FIN';
    });
    socket.on('error', () => {
      ended = 'RST';
    });
    socket.on('close', () => resolve({ text, ended }));
  });

test('a plain request is answered and the wrong key is not', async () => {
  expect((await send('', false)).status).toBe(200);
  const wrong = await send('', false, { headers: { authorization: 'Bearer wrong' } });
  expect([wrong.status, await wrong.json()]).toMatchObject([401, { error: { code: 'invalid_api_key' } }]);
});

test('a reset comes before any byte, a half head ends in order', async () => {
  expect(await bare('reset')).toEqual({ text: '', ended: 'RST' });
  const half = await bare('half-head');
  expect(half.text).toStartWith('HTTP/1.1 200 OK\r\n');
  expect(half.text).not.toContain('\r\n\r\n');
  expect(half.ended).toBe('FIN');
});

test('only a connection that has answered before is reset', async () => {
  const { text, ended } = await bare('reset-reused', 2);
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
  expect(ended).toBe('RST');
});

test('a stream is cut after so many frames, in order or by a reset', async () => {
  const frames = (text: string) => text.match(/^data: /gm)?.length;
  const cut = await bare('cut-frames-2');
  expect([frames(cut.text), cut.ended]).toEqual([2, 'FIN']);
  expect(cut.text).not.toEndWith('0\r\n\r\n');
  const reset = await bare('reset-frames-3');
  expect([frames(reset.text), reset.ended]).toEqual([3, 'RST']);
});

test('a plain body is cut after so many bytes', async () => {
  expect(await textOf(send('cut-bytes-10', false))).toBe('ECONNRESET');
});

test('a client that goes while the answer hangs is recorded as gone', async () => {
  const controller = new AbortController();
  const asked = send('hang', true, { signal: controller.signal });
  while (simulator.requests.length === 0) await Bun.sleep(1);
  controller.abort();
  await asked.catch(() => undefined);
  const call = simulator.requests[0];
  await call?.finished;
  expect(call?.aborted).toBe(true);
});

test('a head can come byte by byte', async () => {
  const text = await textOf(send('drip-headers-0', false));
  expect(JSON.parse(text)).toMatchObject({ object: 'chat.completion' });
});

test.each([
  ['missing-last-frame', (text: string) => !text.includes('[DONE]') && text.includes('"finish_reason":"stop"')],
  ['missing-end', (text: string) => !text.includes('[DONE]') && !text.includes('"finish_reason":"stop"')],
  ['malformed-frame-1', (text: string) => text.includes('data: {"broken": "frame\n\n') && text.includes('[DONE]')],
  ['error-frames-1', (text: string) => text.includes('"message":"Overloaded"') && !text.includes('[DONE]')],
  ['half-frame', (text: string) => text.endsWith('data: [')],
  ['big-frame-5000', (text: string) => text.includes('x'.repeat(5000))],
  ['crlf', (text: string) => text.endsWith('data: [DONE]\r\n\r\n')],
  ['comments', (text: string) => text.includes(': still here\n\ndata: ')],
  ['tight', (text: string) => text.startsWith('data:{"id"')],
  ['byte-chunks', (text: string) => text.endsWith('data: [DONE]\n\n')],
  ['azure', (text: string) => text.startsWith('data: {"choices":[],"created":0')],
  ['gzip', (text: string) => text.endsWith('data: [DONE]\n\n')],
])('the fault %s shows in the stream', async (fault, shows) => {
  expect(shows(await textOf(send(fault)))).toBe(true);
});

test('every byte has a chunk of its own', async () => {
  const { text } = await bare('byte-chunks, cut-frames-1');
  expect(text.split('\r\n\r\n')[1]).toStartWith('1\r\nd\r\n1\r\na\r\n');
});

test('statuses come in the dialect’s shape with the wait asked for', async () => {
  const reply = await send('status-429, retry-after-7', false);
  expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '7']);
  expect(await reply.json()).toMatchObject({ error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' } });
  const dated = await send('status-503, retry-after-date-60', false);
  expect(Date.parse(dated.headers.get('retry-after') ?? '')).toBeGreaterThan(Date.now());
  expect((await send('status-500, retry-after-ms-50', false)).headers.get('retry-after-ms')).toBe('50');
});

test('foreign bodies come as they are', async () => {
  const html = await send('html-502', false);
  expect([html.status, html.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8']);
  expect(await (await send('empty-200', false)).text()).toBe('');
  expect((await send('redirect', false, { redirect: 'manual' })).status).toBe(307);
  expect((await send('content-type-text-html', false)).headers.get('content-type')).toBe('text/html');
});

test('a gzip bomb is small on the wire and large after it', async () => {
  const reply = await send('gzip-bomb-5000000', false);
  expect(Number(reply.headers.get('content-length') ?? 0)).toBeLessThan(20_000);
  expect((await reply.arrayBuffer()).byteLength).toBe(5_000_000);
});

test('usage can be missing, doubled or impossible', async () => {
  const counted = { body: JSON.stringify({ ...JSON.parse(body(true)), stream_options: { include_usage: true } }) };
  const uses = async (fault: string) => (await textOf(send(fault, true, counted))).match(/"usage":\{/g)?.length ?? 0;
  expect([await uses(''), await uses('usage-twice'), await uses('usage-none')]).toEqual([1, 2, 0]);
  expect(await textOf(send('usage-absurd', false))).toContain('9007199254740991');
});

test('faults travel in the model’s name and leave it', async () => {
  const reply = await send('', false, { body: body(false, 'sim.delay-body-1.gzip--gpt-x') });
  expect(await reply.json()).toMatchObject({ model: 'gpt-x' });
  expect(simulator.requests[0]?.scenario).toEqual({ delayBodyMs: 1, gzip: {} });
  expect(splitModel('gpt-4--x')).toEqual({ model: 'gpt-4--x' });
});

test('an unknown fault is refused by name', () => {
  expect(() => parseScenario('explode')).toThrow('Unknown simulator fault "explode"');
});

test('a replay answers word for word and keeps what came', async () => {
  const replay = startReplayUpstream(() => ({
    status: 418,
    headers: { 'x-teapot': 'yes', 'content-length': '9999' },
    body: 'data: half',
  }));
  const reply = await fetch(`${replay.url}/any/path?q=1`, { method: 'PUT', body: '{"a": 1}' });
  expect([reply.status, reply.headers.get('x-teapot'), await reply.text()]).toEqual([418, 'yes', 'data: half']);
  expect(replay.requests[0]).toMatchObject({ method: 'PUT', target: '/any/path?q=1', text: '{"a": 1}' });
  replay.stop();
});

test('the README lists every fault as the code has it', () => {
  const readme = readFileSync(`${import.meta.dir}/../README.md`, 'utf8').replaceAll(/ +/g, ' ');
  expect(
    faults.filter((fault) => !readme.includes(`| \`${fault.name}\` | ${fault.does} |`)).map((fault) => fault.name),
  ).toEqual([]);
});
