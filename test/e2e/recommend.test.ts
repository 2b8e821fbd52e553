import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shippedModels } from '../../src/core/catalog/models/models.fixture.ts';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from './gateway-under-test.ts';

const dataDirectory = mkdtempSync(join(tmpdir(), 'sluice-recommend-'));
let sluice: GatewayUnderTest;
beforeAll(async () => {
  sluice = await startGatewayUnderTest({ dataDirectory, models: shippedModels });
});
afterAll(async () => {
  await sluice.stop();
  rmSync(dataDirectory, { recursive: true, force: true });
});

type Answer = Readonly<Record<string, unknown>>;

const headers = { authorization: `Bearer ${masterKey}` };
const ask = async (body: unknown) => {
  const response = await sluice.post('/v1/route', body);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
};
const get = async (path: string) => {
  const response = await fetch(sluice.url + path, { headers });
  return { status: response.status, body: (await response.json()) as Answer };
};

const messages = [{ role: 'user', content: 'Warum ist der Himmel blau? 天空为什么是蓝的' }];
const models = ['openai/gpt-4o', 'openai/gpt-4o-mini'];

test('the whole ranked list is told, with what is expected of each, and can be read again', async () => {
  const { status, headers: told, body } = await ask({ model: 'router', models, messages });
  expect(status).toBe(200);
  expect(body).toMatchObject({ model: 'openai/gpt-4o', reason: 'best-utility', propensity: 1, familiarity: 0 });
  const candidates = body['candidates'] as readonly Answer[];
  expect(candidates.map(({ model }) => model)).toEqual(models);
  for (const { cost_usd } of candidates) expect(cost_usd).toBeGreaterThan(0);
  const id = String(body['decision_id']);
  expect(told.get('x-sluice-decision-id')).toBe(id);
  const kept = await get(`/v1/decisions/${id}`);
  expect(kept.body).toMatchObject({ id, door: 'route', model: 'openai/gpt-4o', votes: [] });
  expect(((await get('/v1/decisions?limit=1&router=')).body['data'] as readonly Answer[])[0]?.['id']).toBe(id);
  expect((await get('/v1/decisions/none')).status).toBe(404);
});

test('dials say what quality is worth; two of them, or one out of its range, are refused by name', async () => {
  expect((await ask({ model: 'router', models, messages, cost_quality_tradeoff: 10 })).body['model']).toBe(
    'openai/gpt-4o-mini',
  );
  const two = await ask({ model: 'router', models, messages, cost_tier: 'low', max_cost: 1 });
  expect([two.status, JSON.stringify(two.body)]).toEqual([400, expect.stringContaining('cost_tier and max_cost')]);
  const beyond = await ask({ model: 'router', models, messages, quality: 2 });
  expect([beyond.status, JSON.stringify(beyond.body)]).toEqual([
    400,
    expect.stringContaining('quality: must be a number from 0.5 to 1'),
  ]);
});

test('without a list all models of the key with a known price take part', async () => {
  const { status, body } = await ask({ model: 'router', messages, cost_quality_tradeoff: 10 });
  expect(status).toBe(200);
  expect((body['candidates'] as readonly unknown[]).length).toBeGreaterThan(10);
});

test('a router nobody has is 404, and requests that name none go where they always went', async () => {
  expect((await ask({ model: 'router/none', models, messages })).status).toBe(404);
  const plain = await ask({ model: 'openai/gpt-4o', messages });
  expect(plain.body).toMatchObject({ order: ['openai/gpt-4o'] });
  expect((await sluice.post('/v1/route', { model: 'router', messages }, { key: 'sk-wrong' })).status).toBe(401);
});
