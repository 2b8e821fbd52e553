import { describe, expect, test } from 'bun:test';
import { allDoors } from './doors.ts';
import { eventually, type GatewayUnderTest, startGatewayUnderTest } from './gateway-under-test.ts';

const stoppingSoon = (): Promise<GatewayUnderTest> =>
  startGatewayUnderTest({ config: { drainMs: 150, heartbeatMs: 0 } });

const text = 'Say a few words, please, and then some more of them.';

describe.each(allDoors)('at the end of the drain time, at the door of $name', (door) => {
  test.each(['openai', 'anthropic', 'gemini', 'chat-only'])(
    'an open stream from %s ends with the error in it and is logged as drained',
    async (provider) => {
      const stopping = await stoppingSoon();
      const model = `${provider}/sim.hang-frames-8--simulated`;
      const response = await stopping.post(door.path(model, true), door.body(model, true, text));
      expect(response.status).toBe(200);
      const [told] = await Promise.all([response.text(), stopping.stop()]);
      expect(told).toMatch(door.broken);
      expect(told).toContain('is stopping');
      expect(told).not.toMatch(door.finish);
      expect(await stopping.record(response)).toMatchObject({ end: 'drained', status: 503, errorCode: 'draining' });
    },
  );

  test.each([
    ['no head has come', 'hang', false],
    ['no head of a stream has come', 'hang', true],
    ['half a body has come', 'delay-body-5000', false],
  ])('a waiting client gets a 503 in the dialect when %s', async (_name, fault, stream) => {
    const stopping = await stoppingSoon();
    const model = `openai/sim.${fault}--simulated`;
    const answer = stopping.post(door.path(model, stream), door.body(model, stream, text));
    await eventually(() => stopping.simulator.requests.length === 1, 'the call reaches the provider');
    const [response] = await Promise.all([answer, stopping.stop()]);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(String(door.errorMessage(await response.json()))).toContain('is stopping');
    expect(await stopping.record(response)).toMatchObject({ end: 'drained' });
  });
});

test('a stream in full flow ends with the error as its last words', async () => {
  const stopping = await stoppingSoon();
  const model = 'openai/sim.delay-frame-20--simulated';
  const response = await stopping.post('/v1/chat/completions', {
    model,
    stream: true,
    messages: [{ role: 'user', content: `${text} `.repeat(40) }],
  });
  const reader = response.body?.getReader();
  await reader?.read();
  const stopped = stopping.stop();
  let told = '';
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) break;
    told += new TextDecoder().decode(piece.value);
  }
  await stopped;
  expect(told).toMatch(/data: \{"error".*is stopping.*\n\n$/);
});
