import { afterEach, describe, expect, test } from 'bun:test';
import { defaultConfig, type SluiceConfig } from '../../src/contract/settings.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { eventually, type GatewayUnderTest, providerKey, startGatewayUnderTest } from './gateway-under-test.ts';

let gateway: GatewayUnderTest | undefined;
afterEach(() => gateway?.stop());

const limits = (more: Partial<SluiceConfig['limits']>): Partial<SluiceConfig> => ({
  limits: { ...defaultConfig.limits, ...more },
});

const doors = [
  ['/v1/chat/completions', { error: { type: 'rate_limit_error', code: 'gateway_busy' } }],
  ['/v1/messages', { type: 'error', error: { type: 'rate_limit_error' } }],
  ['/v1/responses', { error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' } }],
  ['/v1beta/models/openai%2Fgpt-4o:generateContent', { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }],
] as const;

const body = {
  model: 'openai/gpt-4o',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'Hi' }],
  input: 'Hi',
  contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
};

const ask = (under: GatewayUnderTest, more: object = {}) => under.post('/v1/chat/completions', { ...body, ...more });

describe('a limit on calls at one time', () => {
  test.each(doors)('%s tells whoever finds no place in its own words when to come again', async (path, told) => {
    gateway = await startGatewayUnderTest({ config: limits({ concurrency: 1, queued: 0 }) });
    gateway.simulator.script({ scenario: { hang: true } });
    const leaving = new AbortController();
    const first = gateway.post('/v1/chat/completions', body, { signal: leaving.signal }).catch(() => undefined);
    await eventually(() => gateway?.simulator.requests.length === 1, 'the first call at the provider');
    const answer = await gateway.post(path, body);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await answer.json()).toMatchObject(told);
    leaving.abort();
    await first;
  });

  test('lets those who wait in when a place comes free, in turn', async () => {
    gateway = await startGatewayUnderTest({ config: limits({ concurrency: 1, queued: 5, queueMs: 20_000 }) });
    gateway.simulator.script({ scenario: { delayHeadMs: 100 } });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => (gateway === undefined ? undefined : ask(gateway))),
    );
    expect(answers.map((answer) => answer?.status)).toEqual([200, 200, 200, 200, 200]);
    expect(gateway.simulator.requests).toHaveLength(5);
  });

  test('holds one who waits no longer than allowed', async () => {
    gateway = await startGatewayUnderTest({ config: limits({ concurrency: 1, queued: 5, queueMs: 50 }) });
    gateway.simulator.script({ scenario: { hang: true } });
    const leaving = new AbortController();
    const first = gateway.post('/v1/chat/completions', body, { signal: leaving.signal }).catch(() => undefined);
    await eventually(() => gateway?.simulator.requests.length === 1, 'the first call at the provider');
    expect((await ask(gateway)).status).toBe(429);
    leaving.abort();
    await first;
    // The refused one and the one that left.
    await eventually(() => gateway?.log.length === 2, 'the place is free again');
    expect((await ask(gateway)).status).toBe(200);
  });

  test('a client that leaves while it waits takes no place, and nothing is sent for it', async () => {
    gateway = await startGatewayUnderTest({ config: limits({ concurrency: 1, queued: 5, queueMs: 20_000 }) });
    gateway.simulator.script({ scenario: { delayHeadMs: 300 } });
    const first = ask(gateway);
    await eventually(() => gateway?.simulator.requests.length === 1, 'the first call at the provider');
    const leaving = new AbortController();
    const second = gateway.post('/v1/chat/completions', body, { signal: leaving.signal }).catch(() => 'left');
    const third = ask(gateway);
    leaving.abort();
    expect(await second).toBe('left');
    expect([(await first).status, (await third).status]).toEqual([200, 200]);
    expect(gateway.simulator.requests).toHaveLength(2);
  });
});

describe('a provider’s limit on calls at one time', () => {
  const provider = (url: string, id: string, concurrency?: number) => ({
    id,
    enabled: true,
    like: 'openai-compatible',
    apiKey: providerKey,
    entry: { baseUrl: `${url}/v1`, free: true },
    ...(concurrency === undefined ? {} : { limits: { concurrency } }),
  });

  // Routes are handed over as they are in memory.
  test.skipIf(testsProgram)(
    'is told as an overload, and a route goes on to a target that has room without a mark against the full one',
    async () => {
      const other = await startGatewayUnderTest();
      gateway = await startGatewayUnderTest({
        config: {
          ...limits({ queueMs: 20 }),
          routes: new Map([
            [
              'both',
              {
                kind: 'fallback',
                routes: [
                  { kind: 'target', model: 'small/m' },
                  { kind: 'target', model: 'wide/m' },
                ],
              },
            ],
          ]),
        },
        providers: [provider(other.simulator.url, 'small', 1), provider(other.simulator.url, 'wide')],
      });
      other.simulator.script({ scenario: { hang: true } });
      const leaving = new AbortController();
      const first = gateway
        .post('/v1/chat/completions', { ...body, model: 'small/m' }, { signal: leaving.signal })
        .catch(() => undefined);
      await eventually(() => other.simulator.requests.length === 1, 'the first call at the provider');
      const alone = await ask(gateway, { model: 'small/m' });
      expect([alone.status, alone.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await alone.json()).toMatchObject({ error: { code: 'target_busy' } });
      const routed = await ask(gateway, { model: 'both' });
      expect([routed.status, routed.headers.get('x-sluice-provider')]).toEqual([200, 'wide']);
      leaving.abort();
      await first;
      const again = await ask(gateway, { model: 'both' });
      expect([again.status, again.headers.get('x-sluice-provider')]).toEqual([200, 'small']);
      await other.stop();
    },
  );
});
