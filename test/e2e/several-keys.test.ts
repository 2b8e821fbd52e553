import { afterEach, describe, expect, test } from 'bun:test';
import { type GatewayUnderTest, masterKey } from './gateway-under-test.ts';
import { startProvider } from './keyed-provider.ts';

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

const keys = ['sk-first-0123456789', 'sk-second-0123456789', 'sk-third-0123456789'] as const;
const [first, second, third] = keys;

const start = async (answers: Parameters<typeof startProvider>[1], auth?: Parameters<typeof startProvider>[2]) => {
  const started = await startProvider(keys, answers, auth);
  stop = started.stop;
  return started;
};

const ask = (gateway: GatewayUnderTest, model = 'many/m', stream = false) =>
  gateway.post(
    '/v1/chat/completions',
    { model, stream, messages: [{ role: 'user', content: 'Hi' }] },
    { key: masterKey },
  );

describe('a provider with several keys', () => {
  test('is called with the first one while that is taken', async () => {
    const { gateway, used } = await start(() => undefined);
    for (let call = 0; call < 3; call += 1) expect((await ask(gateway)).status).toBe(200);
    expect(used.splice(0)).toEqual([first, first, first]);
  });

  test.each([
    ['revoked', 401, { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } }],
    ['forbidden', 403, { error: { message: 'This key is disabled' } }],
    ['spent', 429, { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } }],
    ['without money', 402, { error: { message: 'Insufficient credits' } }],
    ['limited', 429, { error: { message: 'Rate limit reached', code: 'rate_limit_exceeded' } }],
  ])('goes on with the next when one is %s, and leaves that one alone for a while', async (_, status, body) => {
    const { gateway, used } = await start((key) => (key === first ? { status, body } : undefined));
    expect([(await ask(gateway)).status, (await ask(gateway)).status]).toEqual([200, 200]);
    expect(used.splice(0)).toEqual([first, second, second]);
  });

  test('streams go on with the next key too', async () => {
    const { gateway, used } = await start((key) => (key === first ? { status: 401, body: {} } : undefined));
    const answer = await ask(gateway, 'many/m', true);
    expect([answer.status, (await answer.text()).endsWith('data: [DONE]\n\n')]).toEqual([200, true]);
    expect(used.splice(0)).toEqual([first, second]);
  });

  test('a rate limit of one model leaves the key to the others', async () => {
    const { gateway, used } = await start((key, model) =>
      key === first && model === 'm' ? { status: 429, body: { error: { message: 'Rate limit reached' } } } : undefined,
    );
    await ask(gateway, 'many/m');
    await ask(gateway, 'many/other');
    expect(used.splice(0)).toEqual([first, second, first]);
  });

  test('a request that is wrong is not sent with other keys', async () => {
    const { gateway, used } = await start(() => ({ status: 400, body: { error: { message: 'bad temperature' } } }));
    expect((await ask(gateway)).status).toBe(400);
    expect(used.splice(0)).toEqual([first]);
  });

  test('says what the last key was told when all are refused, and shows none of them', async () => {
    const { gateway, used } = await start((key) => ({
      status: 401,
      body: { error: { message: `no such key ${key}` } },
    }));
    const answer = await ask(gateway);
    const text = await answer.text();
    expect(answer.status).toBe(502);
    expect(keys.filter((key) => text.includes(key))).toEqual([]);
    expect(used.splice(0)).toEqual([first, second, third]);
    const lines = gateway.log.filter(({ event }) => event === 'key-refused');
    expect(lines.map(({ key }) => key)).toEqual([1, 2, 3]);
    await ask(gateway);
    expect(gateway.log.filter(({ event }) => event === 'key-refused')).toHaveLength(3);
    expect(JSON.stringify(gateway.log)).not.toContain('sk-second');
  });

  test('keys in a header or in the address are exchanged where they stand', async () => {
    for (const auth of [
      { kind: 'header', name: 'X-Key', env: [] },
      { kind: 'query', name: 'key', env: [] },
    ] as const) {
      const {
        gateway,
        used,
        stop: end,
      } = await start((key) => (key === first ? { status: 401, body: {} } : undefined), auth);
      expect((await ask(gateway)).status).toBe(200);
      expect(used).toEqual([first, second]);
      await end();
      stop = undefined;
    }
  });
});
