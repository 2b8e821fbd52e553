import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { shippedModels } from '../../src/core/catalog/models/models.fixture.ts';
import { type GatewayUnderTest, startGatewayUnderTest } from './gateway-under-test.ts';

type Body = Readonly<Record<string, unknown>>;

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await startGatewayUnderTest({ models: shippedModels, config: { heartbeatMs: 100 } });
});
afterAll(() => gateway.stop());

const said = { messages: [{ role: 'user', content: 'Hello there' }], max_tokens: 50 };
const metadata = { 'x-openrouter-metadata': 'enabled' };

const ask = async (path: string, body: object, headers: Readonly<Record<string, string>> = {}, key?: string | null) => {
  const response = await gateway.post(path, body, { headers, ...(key === undefined ? {} : { key }) });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
};
const events = async (path: string, body: object, headers = {}) => {
  const text = await (await gateway.post(path, { ...body, stream: true }, { headers })).text();
  const data = text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice('data: '.length)] : []));
  return {
    text,
    data,
    last: data.at(-1),
    chunks: data.filter((one) => one !== '[DONE]').map((one) => JSON.parse(one)),
  };
};

describe('answers at the face of OpenRouter', () => {
  test.each([
    ['openai/gpt-4o', 'OpenAI', 'stop', 0.0000775],
    ['anthropic/claude-sonnet-4-5', 'Anthropic', 'end_turn', 0.000111],
  ])(
    'a whole answer of %s names its provider, its generation and what it cost',
    async (model, provider, stop, cost) => {
      const { status, headers, body } = await ask('/api/v1/chat/completions', { model, ...said });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        object: 'chat.completion',
        model,
        provider,
        choices: [{ finish_reason: 'stop', native_finish_reason: stop }],
        usage: { prompt_tokens: 7, completion_tokens: 6, total_tokens: 13, cost, is_byok: false },
      });
      expect(body['id']).toMatch(/^gen-/);
      expect(headers.get('x-generation-id')).toBe(body['id'] as string);
      const { cost_details: details } = body['usage'] as { readonly cost_details: Readonly<Record<string, number>> };
      expect(details['upstream_inference_cost']).toBe(cost);
      expect(
        (details['upstream_inference_prompt_cost'] ?? 0) + (details['upstream_inference_completions_cost'] ?? 0),
      ).toBeCloseTo(cost, 12);
      expect('openrouter_metadata' in body).toBe(false);
    },
  );

  test.each([
    ['openai/gpt-4o', 0.0000775],
    ['anthropic/claude-sonnet-4-5', 0.000111],
  ])('a stream of %s ends with usage, what it cost, and [DONE]', async (model, cost) => {
    const { chunks, last } = await events('/api/v1/chat/completions', { model, ...said });
    expect(last).toBe('[DONE]');
    const end = chunks.at(-1);
    expect(end).toMatchObject({ choices: [], model, usage: { total_tokens: 13, cost, is_byok: false } });
    expect(new Set(chunks.map(({ id, provider }) => `${id} ${provider}`)).size).toBe(1);
    expect(chunks.filter(({ usage }) => usage !== undefined)).toHaveLength(1);
    expect(chunks.at(-2).choices[0].finish_reason).toBe('stop');
  });

  test('Responses and Messages say it in their own usage', async () => {
    const response = await ask('/api/v1/responses', { model: 'openai/gpt-4o', input: 'hi' });
    expect(response.body).toMatchObject({
      provider: 'OpenAI',
      usage: { cost: 0.0000525, cost_details: { upstream_inference_input_cost: 0.0000125 } },
    });
    const { chunks, last } = await events('/api/v1/responses', { model: 'openai/gpt-4o', input: 'hi' });
    expect(last).toBe('[DONE]');
    expect(chunks.at(-1)).toMatchObject({ type: 'response.completed', response: { usage: { cost: 0.0000525 } } });
    expect(chunks[0].response.id).toBe(chunks.at(-1).response.id);
    const message = await ask('/api/v1/messages', { model: 'anthropic/claude-sonnet-4-5', ...said });
    expect(message.body).toMatchObject({ type: 'message', provider: 'Anthropic', usage: { cost: 0.000111 } });
    const streamed = await events('/api/v1/messages', { model: 'anthropic/claude-sonnet-4-5', ...said });
    expect(streamed.chunks.at(-2)).toMatchObject({
      type: 'message_delta',
      usage: { cost: 0.000111, output_tokens: 6 },
    });
    expect(streamed.chunks.at(-1)).toEqual({ type: 'message_stop' });
  });

  test('embeddings and rankings name who made them', async () => {
    const { body } = await ask('/api/v1/embeddings', { model: 'openai/text-embedding-3-small', input: 'hi' });
    expect(body).toMatchObject({ object: 'list', provider: 'OpenAI', usage: { is_byok: false } });
    const ranked = await ask('/api/v1/rerank', { model: 'cohere/rerank-v3.5', query: 'a', documents: ['x', 'y'] });
    expect(ranked.body).toMatchObject({ provider: 'Cohere', usage: { search_units: 1 } });
    expect((ranked.body['results'] as readonly Body[]).map(({ document }) => document)).toContainEqual({ text: 'x' });
  });

  test('the plain doors stay as they are', async () => {
    const { body } = await ask('/v1/chat/completions', { model: 'openai/gpt-4o', ...said });
    expect(body['id']).not.toMatch(/^gen-/);
    expect(body['usage']).not.toHaveProperty('cost');
    expect('provider' in body).toBe(false);
  });

  test('who asks for it reads why the request went where it went', async () => {
    const { body } = await ask('/api/v1/chat/completions', { model: 'openai/gpt-4o', ...said }, metadata);
    expect(body['openrouter_metadata']).toMatchObject({
      requested: 'openai/gpt-4o',
      strategy: 'direct',
      attempt: 1,
      is_byok: false,
      endpoints: { total: 1, available: [{ provider: 'OpenAI', model: 'openai/gpt-4o', selected: true }] },
    });
    const models = ['openai/sim.status-500--x', 'openai/gpt-4o'];
    const { chunks } = await events('/api/v1/chat/completions', { models, ...said }, metadata);
    expect(chunks.at(-1).openrouter_metadata).toMatchObject({
      strategy: 'fallback',
      attempt: 2,
      attempts: [{ status: 500 }, { status: 200, model: 'openai/gpt-4o' }],
    });
  });
});

describe('refusals at the face of OpenRouter', () => {
  const refused = (body: object, headers = {}, key?: string | null) =>
    ask('/api/v1/chat/completions', { model: 'openai/gpt-4o', ...said, ...body }, headers, key);

  test.each([
    ['no key', {}, null, 401, 'authentication', undefined],
    ['an unknown model', { model: 'nope/none' }, undefined, 400, 'invalid_request', 'model_not_found'],
    ['a provider that fails', { model: 'openai/sim.status-500--x' }, undefined, 502, 'provider_unavailable', undefined],
    ['a busy one', { model: 'openai/sim.status-429--x' }, undefined, 429, 'rate_limit_exceeded', 'capacity_exhausted'],
    ['a list that leaves nobody', { provider: { only: ['groq'] } }, undefined, 404, 'not_found', 'no_endpoints'],
    [
      'a price too low',
      { provider: { max_price: { prompt: 0.01 } } },
      undefined,
      404,
      'not_found',
      'constraint_filtered',
    ],
    ['a wrong body', { messages: 7 }, undefined, 400, 'invalid_request', undefined],
  ] as const)('%s', async (_, body, key, status, type, available) => {
    const answer = await refused(body, {}, key);
    expect(answer.status).toBe(status);
    const { error } = answer.body as { readonly error: Body };
    expect(error).toMatchObject({ code: status, metadata: { error_type: type } });
    expect(error['message']).toBeString();
    expect((error['availability'] as Body | undefined)?.['code']).toBe(available);
  });

  test('what leaves somebody out is named', async () => {
    const { body } = await refused({ provider: { max_price: { prompt: 0.01 } } });
    expect(body).toMatchObject({
      error: { availability: { excluded_by: ['max_price'], constraint: { field: 'max_price' }, retryable: false } },
    });
  });

  test('Messages has them in its own envelope', async () => {
    const { status, body } = await ask('/api/v1/messages', { model: 'openai/sim.status-429--x', ...said });
    expect(status).toBe(429);
    expect(body).toMatchObject({
      type: 'error',
      error: { type: 'rate_limit_error', error_type: 'rate_limit_exceeded' },
    });
    expect(body['request_id']).toMatch(/^gen-/);
  });

  test('a stream that breaks says so in its last chunk', async () => {
    const { chunks, last } = await events('/api/v1/chat/completions', {
      model: 'openai/sim.delay-frame-20.cut-frames-2--x',
      ...said,
    });
    expect(last).toBe('[DONE]');
    expect(chunks.at(-1)).toMatchObject({
      object: 'chat.completion.chunk',
      error: { code: 502, metadata: { error_type: 'provider_unavailable' } },
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
    });
    const own = await events('/api/v1/chat/completions', { model: 'openai/sim.error-frames-2--x', ...said });
    expect(own.chunks.filter(({ error }) => error !== undefined)).toHaveLength(1);
    const responses = await events('/api/v1/responses', {
      model: 'openai/sim.delay-frame-20.cut-frames-2--x',
      input: 'hi',
    });
    expect(responses.chunks.at(-1)).toMatchObject({ type: 'response.failed', error_type: 'provider_unavailable' });
  });
});

describe('a provider that takes its time', () => {
  test('is bridged by comments, and what follows is told as always', async () => {
    const model = 'openai/sim.delay-head-400--gpt-4o';
    const { text, chunks, last } = await events('/api/v1/chat/completions', { model, ...said });
    expect(text).toContain(': OPENROUTER PROCESSING\n\n');
    expect(text).not.toContain('heartbeat');
    expect(last).toBe('[DONE]');
    expect(new Set(chunks.map(({ provider, id }) => `${provider} ${id}`)).size).toBe(1);
    expect(chunks.at(-1)).toMatchObject({ provider: 'OpenAI', choices: [], usage: { total_tokens: 13 } });
  });

  test('and fails after a comment is told in the stream', async () => {
    const model = 'openai/sim.delay-head-400.status-500--x';
    const { chunks, last } = await events('/api/v1/chat/completions', { model, ...said });
    expect(chunks).toMatchObject([{ error: { code: 502 }, choices: [{ finish_reason: 'error' }] }]);
    expect(last).toBe('[DONE]');
  });
});
