import { afterAll, expect, test } from 'bun:test';
import { type RawExchange, startRawUpstream } from '../../src/simulators/index.ts';
import { eventually, providerKey, startGatewayUnderTest } from './gateway-under-test.ts';

/** How the provider answers next. */
let answer: (exchange: RawExchange) => Promise<void> = async () => undefined;

const upstream = startRawUpstream((exchange) => answer(exchange));

const sluice = await startGatewayUnderTest({
  config: { timeouts: { connectMs: 400, firstByteMs: 1000, idleMs: 300, totalMs: 10_000 } },
  providers: [
    {
      id: 'raw',
      enabled: true,
      apiKey: providerKey,
      entry: {
        title: 'Raw',
        baseUrl: `${upstream.url.replace('//', '//gate:pa%2Fss-word@')}/v1`,
        headers: { 'x-gateway-token': 'token/of-the-gateway' },
      },
    },
  ],
});

afterAll(async () => {
  await sluice.stop();
  upstream.stop();
});

const ask = () => sluice.post('/v1/chat/completions', { model: 'raw/m', messages: [{ role: 'user', content: 'x' }] });

const head = (status: string, ...lines: string[]): string =>
  [`HTTP/1.1 ${status}`, 'content-type: application/json', ...lines, '', ''].join('\r\n');

test('an error without end is cut and keeps its status', async () => {
  let cut = false;
  answer = async (exchange) => {
    await exchange.write(head('500 Oops', 'transfer-encoding: chunked'));
    const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    for (let count = 0; count < 400 && !exchange.closed; count += 1) await exchange.write(piece);
    cut = exchange.closed;
  };
  const response = await ask();
  expect(response.status).toBe(500);
  expect((await response.text()).length).toBeLessThan(2_000_000);
  await eventually(() => cut, 'the provider sees the connection closed');
});

test('an error that breaks off keeps its status', async () => {
  answer = async (exchange) => {
    await exchange.write(head('429 Slow down', 'content-length: 100', 'retry-after: ', 'connection: close'));
    await exchange.write('{"error":');
    await exchange.end();
  };
  const response = await ask();
  expect(response.status).toBe(429);
  // An empty header says nothing.
  expect(response.headers.get('retry-after')).toBeNull();
});

test('an answer whose encoding is named like a member of every object is told', async () => {
  answer = async (exchange) => {
    await exchange.write(`${head('200 OK', 'content-encoding: constructor', 'content-length: 2')}{}`);
  };
  const response = await ask();
  expect(response.status).toBe(502);
  expect(await response.text()).toContain('\\"constructor\\"');
});

test('a large body may take longer than the idle limit as long as pieces come', async () => {
  const body = JSON.stringify({ choices: [], padding: 'x'.repeat(100_000) });
  answer = async (exchange) => {
    await exchange.write(head('200 OK', `content-length: ${body.length}`));
    for (let at = 0; at < body.length; at += 15_000) {
      await exchange.write(body.slice(at, at + 15_000));
      await Bun.sleep(80);
    }
  };
  expect((await ask()).status).toBe(200);
});

test.each(['null', '[]', '"text"', '5'])('an answer that is the JSON value %s is none', async (body) => {
  answer = async (exchange) => {
    await exchange.write(`${head('200 OK', `content-length: ${body.length}`)}${body}`);
  };
  const response = await ask();
  expect(response.status).toBe(502);
  expect(await response.text()).toContain('something that is no answer of openai-chat');
});

test('an answer of more values than any answer holds is refused before it is parsed', async () => {
  const body = `[${'{},'.repeat(5_000_000)}{}]`;
  answer = async (exchange) => {
    await exchange.write(head('200 OK', `content-length: ${body.length}`));
    await exchange.write(body);
  };
  const response = await ask();
  expect(response.status).toBe(502);
  expect(await response.text()).toContain('more JSON values');
});

test.each([
  ['the key', providerKey],
  ['the key in a URL', encodeURIComponent(providerKey)],
  ['a configured header', 'token/of-the-gateway'],
  ['a configured header inside JSON', 'token\\/of-the-gateway'],
  ['the password of the address', 'pa/ss-word'],
  ['name and password in base64', btoa('gate:pa/ss-word')],
])('an error that quotes %s is masked for client and log', async (_name, secret) => {
  const body = `{"error":{"message":"It was ${secret}!"}}`;
  answer = async (exchange) => {
    await exchange.write(`${head('500 No', `content-length: ${body.length}`)}${body}`);
  };
  const response = await ask();
  const text = await response.text();
  expect(text).toContain('It was ***!');
  const record = JSON.stringify(await sluice.record(response));
  expect(record).toContain('The provider ');
  expect(record).not.toContain(secret);
});

test('a refusal that quotes the prompt is told to the client and not logged', async () => {
  const body = '{"error":{"message":"Invalid: My prompt.","type":"invalid_request_error","code":"My prompt."}}';
  answer = async (exchange) => {
    await exchange.write(`${head('400 No', `content-length: ${body.length}`)}${body}`);
  };
  const response = await ask();
  expect(await response.text()).toContain('My prompt.');
  const { errorMessage } = await sluice.record(response);
  expect(errorMessage).toBe('The provider answered 400 invalid_request_error');
});

test('an address that cannot be reached is told without its password', async () => {
  answer = async (exchange) => exchange.reset();
  const text = await (await ask()).text();
  expect(text).toContain('could not be reached');
  expect(text).not.toContain('pa%2Fss');
});

test('a head that comes byte by byte is read', async () => {
  const body =
    '{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}]}';
  answer = async (exchange) => {
    for (const byte of `${head('200 OK', `content-length: ${body.length}`)}${body}`) await exchange.write(byte);
  };
  const response = await ask();
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(body);
});

test.each([
  ['/v1/embeddings', { input: 'x' }],
  ['/v1/chat/completions', { messages: [{ role: 'user', content: 'x' }] }],
])('an error with status 200 at %s is masked, and never about the client’s key', async (path, members) => {
  const say = (body: string) => {
    answer = async (exchange) => {
      await exchange.write(`${head('200 OK', `content-length: ${body.length}`)}${body}`);
    };
    return sluice.post(path, { model: 'raw/m', ...members });
  };
  const quoted = await say(`{"error":{"message":"${providerKey} is used up","code":"quota"}}`);
  expect(await quoted.text()).toContain('*** is used up');
  const refused = await say(`{"error":{"message":"Bad key ${providerKey}","code":401}}`);
  expect(refused.status).toBe(502);
  expect(await refused.text()).toContain('refused the key Sluice uses for it (401): Bad key ***');
});
