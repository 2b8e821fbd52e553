import { afterEach, describe, expect, test } from 'bun:test';
import { testsProgram } from '../support/sluice-program.ts';
import { eventually, type GatewayUnderTest, startGatewayUnderTest } from './gateway-under-test.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A provider whose list of models can be taken down apart from its calls. */
const startProvider = () => {
  const state = { probes: 0, calls: 0, key: '', well: true };
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => {
      if (request.method === 'GET') {
        state.probes += 1;
        state.key = request.headers.get('authorization') ?? '';
        return new Response('{}', { status: state.well ? 200 : 503 });
      }
      state.calls += 1;
      return Response.json({
        id: 'c',
        object: 'chat.completion',
        created: 1,
        model: 'm',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      });
    },
  });
  ends.push(() => server.stop(true));
  return { state, url: `http://127.0.0.1:${server.port}/v1` };
};

const provider = (id: string, url: string, everyMs?: number) => ({
  id,
  enabled: true,
  apiKey: `sk-${id}`,
  entry: {
    baseUrl: url,
    free: true,
    serves: { chat: [{ dialect: 'openai-chat', path: '/chat/completions' } as const] },
  },
  ...(everyMs === undefined ? {} : { probe: { path: '/models', everyMs, timeoutMs: 500 } }),
});

const start = async (providers: readonly ReturnType<typeof provider>[]): Promise<GatewayUnderTest> => {
  const gateway = await startGatewayUnderTest({
    providers,
    config: {
      routes: new Map([
        [
          'both',
          { kind: 'fallback', routes: providers.map(({ id }) => ({ kind: 'target', model: `${id}/m` }) as const) },
        ],
      ]),
    },
  });
  ends.push(() => gateway.stop());
  return gateway;
};

const served = async (gateway: GatewayUnderTest): Promise<string | null> => {
  const answer = await gateway.post('/v1/chat/completions', {
    model: 'both',
    messages: [{ role: 'user', content: 'Hi' }],
  });
  await answer.arrayBuffer();
  return answer.headers.get('x-sluice-provider');
};

// Routes are handed over as they are in memory.
describe.skipIf(testsProgram)('active probes', () => {
  test('a provider whose probes fail is left alone before a call is lost to it, and used again when one is answered', async () => {
    const [first, second] = [startProvider(), startProvider()];
    const gateway = await start([provider('first', first.url, 100), provider('second', second.url)]);
    expect(await served(gateway)).toBe('first');
    first.state.well = false;
    await eventually(() => gateway.log.some(({ event }) => event === 'provider-down'), 'the provider to be found down');
    expect(await served(gateway)).toBe('second');
    first.state.well = true;
    await eventually(() => gateway.log.some(({ event }) => event === 'provider-back'), 'the provider to be found back');
    expect(await served(gateway)).toBe('first');
    expect([first.state.calls, second.state.calls]).toEqual([2, 1]);
    expect(first.state.key).toBe('Bearer sk-first');
  });

  test('nobody is probed who is not said to be', async () => {
    const [first, second] = [startProvider(), startProvider()];
    const gateway = await start([provider('first', first.url, 100), provider('second', second.url)]);
    await eventually(() => first.state.probes >= 2, 'two probes');
    expect(second.state.probes).toBe(0);
    expect(gateway.log.filter(({ event }) => event === 'exchange')).toEqual([]);
  });
});
