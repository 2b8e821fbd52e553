import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { SocketUpstream } from '../../src/adapters/upstream/socket/socket-upstream.ts';
import { Cancellation } from '../../src/ports/cancellation.ts';
import type { WireCall } from '../../src/ports/upstream.ts';
import { type RawExchange, startRawUpstream } from '../../src/simulators/index.ts';
import { certificates } from '../support/certificates.ts';
import { eventually } from './gateway-under-test.ts';

let answer: (exchange: RawExchange) => Promise<void> = async () => undefined;
const seen: RawExchange[] = [];
const provider = startRawUpstream((exchange) => {
  seen.push(exchange);
  return answer(exchange);
});
const client = new SocketUpstream();

afterAll(() => {
  client.close();
  provider.stop();
});

beforeEach(() => {
  client.close();
  seen.length = 0;
});

const timeouts = { connectMs: 400, firstByteMs: 1000, idleMs: 1000, totalMs: 5000 };

const call = (more: Partial<WireCall> = {}): WireCall => ({
  url: `${provider.url}/v1/a b?x=1`,
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer sk-secret' },
  body: '{"say":"é"}',
  timeouts,
  ...more,
});

const send = (more: Partial<WireCall> = {}, cancellation = new Cancellation()) => client.send(call(more), cancellation);
const ok = (body: string, ...more: string[]): string =>
  ['HTTP/1.1 200 OK', `content-length: ${body.length}`, ...more, '', body].join('\r\n');
const answers = (text: string) => async (exchange: RawExchange) => void (await exchange.write(text));
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const failure = (sent: Promise<unknown>) =>
  sent.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => error as Error & { readonly code: string },
  );

test('a request arrives as it was meant, whatever kind of body it has', async () => {
  answer = answers(ok('hi'));
  const large = new Uint8Array(3_000_000).fill(97);
  for (const [body, length] of [
    ['{"say":"é"}', 12],
    [new Uint8Array([1, 2, 3]), 3],
    [large, large.length],
    [undefined, 0],
  ] as const) {
    const { body: _, ...rest } = call();
    const reply = await client.send({ ...rest, ...(body === undefined ? {} : { body }) }, new Cancellation());
    expect([reply.status, textOf(await reply.readAll())]).toEqual([200, 'hi']);
    const { request } = seen.at(-1) as RawExchange;
    expect(request.headers).toMatchObject({
      host: `127.0.0.1:${provider.port}`,
      authorization: 'Bearer sk-secret',
      'content-length': String(length),
    });
    expect(request.body.length).toBe(length);
  }
  expect(new Set(seen.map(({ connection }) => connection)).size).toBe(1);
});

test('the name and password of an address are sent when no other credential is', async () => {
  answer = answers(ok(''));
  const url = provider.url.replace('//', '//us%40er:pa%2Fss@');
  await (await send({ url, headers: {} })).readAll();
  await (await send({ url })).readAll();
  expect(seen.map(({ request }) => request.headers['authorization'])).toEqual([
    `Basic ${btoa('us@er:pa/ss')}`,
    'Bearer sk-secret',
  ]);
});

test('a header that cannot be written stops the call before anything is sent, and its value is not told', async () => {
  const error = await failure(send({ headers: { 'x-key': 'sk-secret\r\nx: y' } }));
  expect(error.code).toBe('upstream_unreachable');
  expect(error.message).toContain('"x-key"');
  expect(error.message).not.toContain('sk-secret');
  expect(seen).toEqual([]);
});

describe('a connection', () => {
  test('is used again after a whole answer and after a stream', async () => {
    answer = answers('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n');
    const reply = await send();
    expect([textOf(await reply.read()), await reply.read()]).toEqual(['hi', undefined]);
    await (await send()).readAll();
    expect(seen.map(({ requestOnConnection }) => requestOnConnection)).toEqual([1, 2]);
  });

  test.each([
    ['the provider says so', ok('hi', 'connection: close')],
    ['bytes came behind the answer', `${ok('hi')}HTTP/1.1 200 OK\r\n`],
    ['the provider keeps it for a second only', ok('hi', 'keep-alive: timeout=1')],
  ])('is not used again when %s', async (_name, text) => {
    answer = answers(text);
    await (await send()).readAll();
    await (await send()).readAll();
    expect(seen.map(({ requestOnConnection }) => requestOnConnection)).toEqual([1, 1]);
  });

  test('is closed when bytes come while nobody asked for any', async () => {
    answer = answers(ok('hi'));
    await (await send()).readAll();
    await seen[0]?.write('HTTP/1.1 408 Too slow\r\n\r\n');
    await eventually(() => seen[0]?.closed === true, 'the connection is closed');
    await (await send()).readAll();
    expect(seen.map(({ requestOnConnection }) => requestOnConnection)).toEqual([1, 1]);
  });

  test('that was kept and is closed by the provider on the next request is replaced once', async () => {
    answer = async (exchange) => {
      if (exchange.requestOnConnection > 1) exchange.reset();
      else await exchange.write(ok('hi'));
    };
    await (await send()).readAll();
    expect(textOf(await (await send()).readAll())).toBe('hi');
    expect(seen.map(({ requestOnConnection }) => requestOnConnection)).toEqual([1, 2, 1]);
  });

  test.each([
    ['a first connection is reset', 1, '', 'upstream_unreachable'],
    ['a kept one is reset inside the head of an answer', 2, 'HTTP/1.1 20', 'upstream_cut'],
  ])('the request is not sent twice when %s', async (_name, breaks, before, code) => {
    answer = async (exchange) => {
      if (exchange.requestOnConnection < breaks) return void (await exchange.write(ok('hi')));
      if (before !== '') await exchange.write(before);
      await exchange.end();
    };
    if (breaks === 2) await (await send()).readAll();
    expect((await failure(send())).code).toBe(code);
    expect(seen).toHaveLength(breaks);
  });
});

describe('a call that is given up', () => {
  test('before the answer frees its connection at once', async () => {
    answer = async () => undefined;
    const cancellation = new Cancellation();
    const sent = failure(send({}, cancellation));
    await eventually(() => seen.length === 1, 'the request arrives');
    cancellation.cancel();
    expect((await sent).code).toBe('client_gone');
    await eventually(() => seen[0]?.closed === true, 'the connection is closed');
  });

  test('inside the answer does too, and its reader is told', async () => {
    answer = answers('HTTP/1.1 200 OK\r\n\r\nsome');
    const cancellation = new Cancellation();
    const reply = await send({}, cancellation);
    expect(textOf(await reply.read())).toBe('some');
    const reading = failure(reply.read());
    cancellation.cancel();
    expect((await reading).code).toBe('client_gone');
    await eventually(() => seen[0]?.closed === true, 'the connection is closed');
  });

  test('after the answer leaves the connection to others', async () => {
    answer = answers(ok('hi'));
    const reply = await send();
    reply.cancel();
    await (await send()).readAll();
    expect(seen.map(({ requestOnConnection }) => requestOnConnection)).toEqual([1, 2]);
  });
});

test.each([
  ['no byte of an answer', '', { firstByteMs: 60 }, 'first_byte_ms'],
  ['half a body', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', { idleMs: 60 }, 'idle_ms'],
  ['half a body, in all', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', { totalMs: 60 }, 'total_ms'],
])('%s within the limit is told with its name', async (_name, text, limits, name) => {
  answer = async (exchange) => void (text === '' || (await exchange.write(text)));
  const error = await failure(send({ timeouts: { ...timeouts, ...limits } }).then((reply) => reply.readAll()));
  expect(error.code).toBe('upstream_timeout');
  expect(error.message).toContain(name);
});

test('an answer that is not HTTP, and one too large, are told', async () => {
  answer = answers('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nhi');
  expect((await failure(send())).code).toBe('upstream_invalid');
  answer = answers('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n14\r\n01234567890123456789\r\n0\r\n\r\n');
  expect((await failure(send({ answerBytes: 10 }).then((reply) => reply.readAll()))).message).toContain('10 bytes');
});

test('a reader that stops is not read ahead of: the provider waits', async () => {
  const piece = new Uint8Array(64 * 1024);
  let sent = 0;
  answer = async (exchange) => {
    await exchange.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n');
    while (await exchange.write(piece)) sent += piece.length;
  };
  const reply = await send();
  await reply.read();
  let before = -1;
  await eventually(() => {
    const still = sent === before && sent > 0;
    before = sent;
    return still;
  }, 'the provider waits');
  // What the system holds at both ends, far below what would come without waiting.
  expect(sent).toBeLessThan(16_000_000);
  const more = sent + 1_000_000;
  let read = 0;
  while (read < more) read += (await reply.read())?.length ?? Number.POSITIVE_INFINITY;
  reply.cancel();
});

test('a host without a name and a port nobody listens at are told with the system’s code', async () => {
  expect((await failure(send({ url: 'http://no-such-host.invalid/' }))).message).toContain('ENOTFOUND');
  expect((await failure(send({ url: 'http://127.0.0.1:1/' }))).message).toContain('ECONNREFUSED');
});

describe('over TLS', () => {
  const secure = Bun.serve({
    hostname: '0.0.0.0',
    port: 0,
    tls: certificates.one,
    fetch: async (request) => new Response(`${new URL(request.url).pathname} ${(await request.text()).length}`),
  });
  afterAll(() => secure.stop(true));
  const to = (host: string, ca?: string) =>
    send({
      url: `https://${host}:${secure.port}/v1`,
      body: 'x'.repeat(600_000),
      egress: ca === undefined ? {} : { ca },
    }).then(async (reply) => textOf(await reply.readAll()));

  test('a certificate that is trusted is taken for its names and numbers', async () => {
    expect(await to('127.0.0.1', certificates.one.cert)).toBe('/v1 600000');
    expect(await to('localhost', certificates.one.cert)).toBe('/v1 600000');
  });

  test('one that is not trusted is refused before anything is sent', async () => {
    const error = await failure(to('127.0.0.1'));
    expect([error.code, error.message]).toEqual(['upstream_unreachable', expect.stringContaining('SELF_SIGNED')]);
    expect((await failure(to('127.0.0.1', certificates.two.cert))).code).toBe('upstream_unreachable');
  });

  test('one of another name is refused', async () => {
    const error = await failure(to('127.0.0.2', certificates.one.cert));
    expect([error.code, error.message]).toEqual(['upstream_unreachable', expect.stringContaining('ALTNAME')]);
  });
});
