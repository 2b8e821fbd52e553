import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shippedModels } from '../../src/core/catalog/models/models.fixture.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from './gateway-under-test.ts';

// It needs the data directory, which the program under test keeps to itself.
describe.skipIf(testsProgram)('rate limits and budgets of keys', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-limits-'));
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    gateway = await startGatewayUnderTest({ dataDirectory: directory, models: shippedModels });
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const makeKey = async (body: object): Promise<string> => {
    const response = await fetch(`${gateway.url}/admin/v1/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    return ((await response.json()) as { readonly key: string }).key;
  };
  const messages = [{ role: 'user', content: 'Hi' }];
  const call = async (key: string, { model = 'openai/gpt-4o', ...more }: Readonly<Record<string, unknown>> = {}) => {
    const response = await gateway.post('/v1/chat/completions', { model, messages, ...more }, { key });
    await response.clone().arrayBuffer();
    return response;
  };
  const left = (response: Response, family: string): string | null =>
    response.headers.get(`x-ratelimit-remaining-${family}`);

  test('of twenty calls at once five pass, and every answer says what is left', async () => {
    const key = await makeKey({ limits: [{ requests_per_minute: 5, tokens_per_minute: 1_000_000 }] });
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(key)));
    const passed = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect([passed.length, refused.length]).toEqual([5, 15]);
    expect(passed.map((answer) => left(answer, 'requests'))).toEqual(['0', '0', '0', '0', '0']);
    for (const answer of refused) {
      expect(left(answer, 'requests')).toBe('0');
      expect(answer.headers.get('x-ratelimit-limit-requests')).toBe('5');
      expect(Number(answer.headers.get('retry-after'))).toBeWithin(50, 62);
      expect(await answer.json()).toMatchObject({ error: { type: 'rate_limit_error' } });
    }
  });

  test('a call that a budget refuses costs no quota, and says what stands', async () => {
    const key = await makeKey({
      limits: [{ requests_per_minute: 2 }],
      budgets: [{ limit_usd: '0.000000001', window: 'month' }],
    });
    for (let time = 0; time < 4; time++) {
      const answer = await call(key);
      expect(answer.status).toBe(429);
      expect(answer.headers.get('x-should-retry')).toBe('false');
      expect(await answer.json()).toMatchObject({ error: { code: 'budget_exceeded' } });
    }
  });

  test('streams count too, limits narrowed to models leave others alone, and the estimate gives way to what was used', async () => {
    const key = await makeKey({
      limits: [{ models: ['openai/gpt-4o'], requests_per_day: 1, tokens_per_minute: 10_000 }],
    });
    const first = await call(key, { stream: true });
    expect(await first.text()).toContain('[DONE]');
    expect((await call(key)).status).toBe(429);
    const other = await call(key, { model: 'openai/gpt-4o-mini' });
    expect(other.status).toBe(200);
    expect(other.headers.get('x-ratelimit-limit-requests')).toBeNull();
    const free = await makeKey({ limits: [{ models: ['*:free'], requests_per_day: 1 }] });
    const statuses: number[] = [];
    for (const model of ['demo/echo', 'openai/gpt-4o', 'demo/echo', 'openai/gpt-4o'])
      statuses.push((await call(free, { model })).status);
    expect(statuses).toEqual([200, 200, 429, 200]);
    const used = (await gateway.record(first)) as { readonly inputTokens: number; readonly outputTokens: number };
    expect(left(await call(key), 'tokens')).toBe(String(10_000 - used.inputTokens - used.outputTokens));
  });
});
