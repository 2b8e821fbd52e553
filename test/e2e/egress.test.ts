import { afterAll, describe, expect, test } from 'bun:test';
import { EgressGuard } from '../../src/adapters/egress/egress-guard.ts';
import { CheckedUpstream } from '../../src/adapters/upstream/checked-upstream.ts';
import { FetchUpstream } from '../../src/adapters/upstream/fetch/fetch-upstream.ts';
import { SocketUpstream } from '../../src/adapters/upstream/socket/socket-upstream.ts';
import { readEgressRule } from '../../src/core/policy/egress/egress-rule.ts';
import { Cancellation } from '../../src/ports/cancellation.ts';
import { startRawUpstream } from '../../src/simulators/index.ts';
import { certificates } from '../support/certificates.ts';

const reached: string[] = [];
const secure = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  tls: certificates.one,
  fetch: (request) => {
    reached.push(request.headers.get('host') ?? '');
    return new Response('hello');
  },
});
const noHttp = startRawUpstream((exchange) => exchange.write('SSH-2.0-here\r\n').then(() => exchange.end()));
const silent = startRawUpstream(() => new Promise(() => undefined));
const sockets = new SocketUpstream();

afterAll(async () => {
  sockets.close();
  noHttp.stop();
  silent.stop();
  await secure.stop(true);
});

const timeouts = { connectMs: 200, firstByteMs: 200, idleMs: 1000, totalMs: 2000 };

/** All names lead to this machine. */
const clientOf = (...allow: readonly string[]) => {
  const told: string[] = [];
  const upstream = new CheckedUpstream({
    guard: new EgressGuard({
      rules: () => allow.map(readEgressRule).filter((rule) => typeof rule !== 'string'),
      lookUp: () => Promise.resolve(['127.0.0.1']),
    }),
    straight: sockets,
    proxied: new FetchUpstream(),
    refused: (url, reason) => told.push(`${url}: ${reason}`),
  });
  const get = (url: string) =>
    upstream.send(
      { url, method: 'GET', headers: {}, timeouts, egress: { checked: true, ca: certificates.one.cert } },
      new Cancellation(),
    );
  return { get, told };
};

const failure = (sent: Promise<unknown>) =>
  sent.then(
    () => expect.unreachable('it was reached'),
    (error: unknown) => error as Error & { readonly code: string },
  );

test('the call goes to the address that was looked at, under the name: certificate and host are those of the name', async () => {
  const { get } = clientOf('localhost');
  const reply = await get(`https://localhost:${secure.port}/`);
  expect([reply.status, new TextDecoder().decode(await reply.readAll())]).toEqual([200, 'hello']);
  expect(reached.splice(0)).toEqual([`localhost:${secure.port}`]);
});

test('a certificate of another name ends it, also when a connection to that address is kept', async () => {
  const { get } = clientOf('.example', 'localhost');
  await get(`https://localhost:${secure.port}/`).then((reply) => reply.readAll());
  const error = await failure(get(`https://models.example:${secure.port}/`));
  expect(error.code).toBe('upstream_unreachable');
  expect(reached.splice(0)).toEqual([`localhost:${secure.port}`]);
});

test('private addresses are not called, and the operator is told why', async () => {
  const { get, told } = clientOf();
  await failure(get(`https://models.example:${secure.port}/`));
  expect(reached).toEqual([]);
  expect(told).toEqual([`https://models.example:${secure.port}/: it is an address of this machine`]);
});

describe('callers cannot tell what is there', () => {
  const words =
    'The address that the request names was not reached. It must be a public one over https, or one that egress.allow in the config file names.';

  test.each([
    ['refused by the guard', 'http://10.0.0.1:9/', []],
    ['nobody listens', 'http://127.0.0.1:1/', ['127.0.0.1']],
    ['it speaks something else', noHttp.url, ['127.0.0.1']],
    ['it says nothing', silent.url, ['127.0.0.1']],
    ['another certificate', `https://models.example:${secure.port}/`, ['.example']],
  ])('%s', async (_, url, allow) => {
    const { code, message } = await failure(clientOf(...allow).get(url));
    expect([code, message]).toEqual(['upstream_unreachable', words]);
  });
});
