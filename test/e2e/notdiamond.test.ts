import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from './gateway-under-test.ts';

const dataDirectory = mkdtempSync(join(tmpdir(), 'sluice-notdiamond-'));
let sluice: GatewayUnderTest;
beforeAll(async () => {
  sluice = await startGatewayUnderTest({ dataDirectory });
});
afterAll(async () => {
  await sluice.stop();
  rmSync(dataDirectory, { recursive: true, force: true });
});

type Answer = Readonly<Record<string, unknown>>;

const call = async (
  method: string,
  path: string,
  body?: unknown,
  key: string | null = masterKey,
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Answer }> => {
  const response = await fetch(sluice.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
};

const select = (body: unknown, query = '') => call('POST', `/v2/modelRouter/modelSelect${query}`, body);

const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: [{ type: 'text', text: 'Why is the sky blue?' }] },
];
const pair = [
  {
    provider: 'custom',
    model: 'Strong Model',
    is_custom: true,
    context_length: 8000,
    input_price: 5,
    output_price: 30,
    latency: 2,
  },
  {
    provider: 'Custom',
    model: 'cheap',
    is_custom: true,
    context_length: 8000,
    input_price: 0.1,
    output_price: 0.4,
    latency: 0.2,
  },
];

const pathsOf = ({ body }: { readonly body: Answer }): readonly string[] =>
  (body['detail'] as readonly { readonly loc: readonly (string | number)[] }[]).map(({ loc }) => loc.join('.'));

test('the better model is recommended, the cheaper one where cost counts, in the client’s own letters', async () => {
  const { status, headers, body } = await select({
    messages,
    llm_providers: pair,
    unknown_field: { a: 1 },
    timeout: 5,
    default: 0,
  });
  expect(status).toBe(200);
  expect(body).toEqual({ providers: [{ provider: 'custom', model: 'Strong Model' }], session_id: expect.any(String) });
  expect(headers.get('x-sluice-decision-id')).toBe(String(body['session_id']));
  const cheap = await select({ messages: 'Why?', llm_providers: pair, cost_quality_tradeoff: 10 });
  expect(cheap.body['providers']).toEqual([{ provider: 'Custom', model: 'cheap' }]);
  const alike = pair.map((model) => ({ ...model, input_price: 1, output_price: 3 }));
  const fast = await select({
    messages,
    llm_providers: alike,
    tradeoff: 'latency',
    hash_content: true,
    max_model_depth: 9,
  });
  expect(fast.body['providers']).toEqual([{ provider: 'Custom', model: 'cheap' }]);
});

test('names of OpenRouter come back as they were sent', async () => {
  const { body } = await select({ messages, llm_providers: [{ model: 'openai/gpt-4o' }] }, '?type=openrouter');
  expect(body['providers']).toEqual([{ provider: 'openai', model: 'openai/gpt-4o' }]);
  expect((await select({ messages, llm_providers: [{ model: 'openai/gpt-4o' }] })).status).toBe(422);
});

test.each([
  ['no models', { messages, llm_providers: [] }, 'body.llm_providers'],
  ['no list of models', { messages }, 'body.llm_providers'],
  ['no messages', { llm_providers: pair }, 'body.messages'],
  ['a model without a name', { messages, llm_providers: [{ provider: 'openai' }] }, 'body.llm_providers.0.model'],
  ['another word for a trade-off', { messages, llm_providers: pair, tradeoff: 'quality' }, 'body.tradeoff'],
  [
    'a dial out of its range',
    { messages, llm_providers: pair, cost_quality_tradeoff: 11 },
    'body.cost_quality_tradeoff',
  ],
  ['a depth of nothing', { messages, llm_providers: pair, max_model_depth: 0 }, 'body.max_model_depth'],
  ['another metric', { messages, llm_providers: pair, metric: 'speed' }, 'body.metric'],
  ['a custom model twice', { messages, llm_providers: [pair[0], pair[0]] }, 'body.llm_providers.0'],
] as const)('%s: 422 that names the field', async (_, body, place) => {
  const answer = await select(body);
  expect(answer.status).toBe(422);
  expect(pathsOf(answer)).toEqual([place]);
});

test('a custom model needs its prices, context and latency, and all that is missing is named', async () => {
  const answer = await select({
    messages,
    llm_providers: [{ provider: 'a', model: 'b', is_custom: true, input_price: 'free' }],
  });
  expect(pathsOf(answer)).toEqual(
    ['context_length', 'input_price', 'output_price', 'latency'].map((field) => `body.llm_providers.0.${field}`),
  );
});

test('two spellings of one dial are refused by both names', async () => {
  const { status, body } = await select({ messages, llm_providers: pair, tradeoff: 'cost', cost_quality_tradeoff: 3 });
  expect(status).toBe(400);
  expect(body['detail']).toContain('tradeoff and cost_quality_tradeoff');
});

test('what cannot serve the request is left out, and an empty pool names the filter', async () => {
  const long = 'word '.repeat(8000);
  const small = {
    provider: 'a',
    model: 'small',
    is_custom: true,
    context_length: 100,
    input_price: 9,
    output_price: 99,
    latency: 1,
  };
  const { body } = await select({
    messages: long,
    llm_providers: [small, { ...small, model: 'large', context_length: 90_000, output_price: 1 }],
  });
  expect(body['providers']).toEqual([{ provider: 'a', model: 'large' }]);
  const none = await select({ messages: long, llm_providers: [small] });
  expect(none.status).toBe(404);
  expect(none.body['detail']).toContain('context-window');
});

test('a wrong key, none, a body that is no JSON, another method and another path', async () => {
  const body = { messages, llm_providers: pair };
  const path = '/v2/modelRouter/modelSelect';
  expect((await call('POST', path, body, 'sk-wrong')).status).toBe(401);
  const none = await call('POST', path, body, null);
  expect([none.status, typeof none.body['detail']]).toEqual([401, 'string']);
  expect((await call('POST', path, '{')).status).toBe(422);
  expect((await call('GET', path)).status).toBe(405);
  expect((await call('POST', '/v2/modelRouter/nothing', {})).status).toBe(404);
});

test('preferences are made, named, renamed, used and deleted', async () => {
  const made = await call('POST', '/v2/preferences/userPreferenceCreate', { name: 'Support' });
  const id = String(made.body['preference_id']);
  expect((await call('POST', '/v2/preferences/userPreferenceCreate', {})).body['preference_id']).not.toBe(id);
  const renamed = await call('PUT', '/v2/preferences/userPreferenceUpdate', { preference_id: id, name: 'Help' });
  expect(renamed.body).toEqual({ preference_id: id, name: 'Help' });
  expect((await select({ messages, llm_providers: pair, preference_id: id })).body['providers']).toHaveLength(1);
  expect((await call('DELETE', `/v2/preferences/userPreferenceDelete/${id}`)).status).toBe(200);
  expect((await call('DELETE', `/v2/preferences/userPreferenceDelete/${id}`)).status).toBe(404);
  expect((await select({ messages, llm_providers: pair, preference_id: id })).status).toBe(404);
  expect((await call('PUT', '/v2/preferences/userPreferenceUpdate', { name: 'x' })).status).toBe(422);
});

test('feedback and latency belong to a session of one’s own and the model that it answered', async () => {
  const selected = await select({ messages, llm_providers: pair });
  const session_id = String(selected.body['session_id']);
  const [provider] = selected.body['providers'] as readonly unknown[];
  const feedback = '/v2/report/metrics/feedback';
  const given = { session_id, provider, feedback: { accuracy: 1 } };
  expect((await call('POST', feedback, given)).body).toEqual({ session_id, feedback: { accuracy: 1 } });
  expect((await call('POST', feedback, { ...given, feedback: { value: 0 } })).status).toBe(200);
  expect((await call('POST', feedback, { ...given, feedback: { accuracy: 0.5 } })).status).toBe(422);
  expect((await call('POST', feedback, { ...given, provider: { provider: 'x', model: 'y' } })).status).toBe(422);
  expect((await call('POST', feedback, { ...given, session_id: 'NO-SESSION-ID' })).status).toBe(404);
  const latency = await call('POST', '/v2/report/metrics/latency', {
    session_id,
    provider,
    feedback: { tokens_per_second: 71.5 },
  });
  expect(latency.status).toBe(200);
});

test('models are listed by provider, repeated or joined with commas, and may be cached for an hour', async () => {
  const { status, headers, body } = await call('GET', '/v2/models?provider=openai&provider=anthropic');
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toContain('max-age=3600');
  expect(Object.keys(body).toSorted()).toEqual(['deprecated_models', 'models', 'total']);
  const joined = await call('GET', '/v2/models?provider=openai,anthropic');
  expect(joined.body).toEqual(body);
  expect(body['total']).toBe((body['models'] as readonly unknown[]).length);
});

// It looks into the data directory, which the program under test keeps to itself.
test.skipIf(testsProgram)('nothing that was asked stands in what is kept', async () => {
  const canary = 'canary-7f3a91';
  await select({ messages: [{ role: 'user', content: canary }], llm_providers: pair });
  await sluice.stop();
  const { readdirSync, readFileSync } = await import('node:fs');
  const files = readdirSync(dataDirectory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) expect(readFileSync(join(file.parentPath, file.name)).includes(canary)).toBe(false);
  sluice = await startGatewayUnderTest({ dataDirectory });
});
