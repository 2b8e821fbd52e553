import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shippedModels } from '../../src/core/catalog/models/models.fixture.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from './gateway-under-test.ts';

type Body = Readonly<Record<string, unknown>>;

// It needs the data directory, which the program under test keeps to itself.
describe.skipIf(testsProgram)("OpenRouter's account routes", () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-openrouter-'));
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    gateway = await startGatewayUnderTest({ dataDirectory: directory, models: shippedModels });
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const send = (method: string, path: string, body?: object, key = masterKey) =>
    fetch(`${gateway.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const ask = async (method: string, path: string, body?: object, key?: string) => {
    const response = await send(method, path, body, key);
    const answer = (await response.json()) as Body;
    return { ...answer, status: response.status, data: (answer['data'] ?? {}) as Body };
  };
  const call = (key: string, more: object = {}) =>
    gateway.post(
      '/api/v1/chat/completions',
      { model: 'openai/gpt-4o', max_tokens: 50, messages: [{ role: 'user', content: 'Hello there' }], ...more },
      { key, headers: { 'http-referer': 'https://app.example', 'x-title': 'App', 'x-session-id': 'talk-1' } },
    );
  const sha256 = (key: string) => new Bun.CryptoHasher('sha256').update(key).digest('hex');
  const made = async (body: object) => {
    const { status, data, ...rest } = await ask('POST', '/keys', { name: 'test', ...body });
    expect(status).toBe(201);
    return { key: (rest as Body)['key'] as string, data };
  };

  test('a key is made, called with, changed, switched off and deleted by its hash', async () => {
    const { key, data } = await made({ name: 'flow', limit: 2, limit_reset: 'daily' });
    expect(key).toMatch(/^sk-or-v1-[0-9a-f]{64}$/);
    const hash = sha256(key);
    expect(data).toMatchObject({
      hash,
      name: 'flow',
      limit: 2,
      limit_remaining: 2,
      limit_reset: 'daily',
      disabled: false,
    });
    expect(JSON.stringify(data)).not.toContain(key);

    const { usage } = (await (await call(key)).json()) as { readonly usage: { readonly cost: number } };
    const own = await ask('GET', '/key', undefined, key);
    expect(own.data).toMatchObject({ usage: usage.cost, usage_daily: usage.cost, limit: 2, is_management_key: false });
    expect(own.data['limit_remaining']).toBeCloseTo(2 - usage.cost, 9);
    expect((await ask('GET', '/auth/key', undefined, key)).data).toEqual(own.data);
    expect((await ask('GET', `/keys/${hash}`)).data).toMatchObject({ usage: usage.cost, hash });
    expect((await ask('GET', '/keys')).data).toContainEqual(expect.objectContaining({ hash, usage: usage.cost }));

    const changed = await ask('PATCH', `/keys/${hash}`, { name: 'slow', limit: null, disabled: true });
    expect(changed.data).toMatchObject({ name: 'slow', limit: null, limit_remaining: null, disabled: true });
    expect((await call(key)).status).toBe(401);
    expect((await ask('GET', '/keys')).data).not.toContainEqual(expect.objectContaining({ hash }));
    expect((await ask('GET', '/keys?include_disabled=true')).data).toContainEqual(expect.objectContaining({ hash }));
    await ask('PATCH', `/keys/${hash}`, { disabled: false });
    expect((await call(key)).status).toBe(200);
    expect(await ask('DELETE', `/keys/${hash}`)).toMatchObject({ status: 200, deleted: true });
    expect((await ask('GET', `/keys/${hash}`)).status).toBe(404);
    expect((await call(key)).status).toBe(401);
  });

  test('a key over its limit is told 402 until the limit is raised', async () => {
    const { key, data } = await made({ limit: 0.0005 });
    let status = 200;
    for (let count = 0; status === 200 && count < 20; count += 1) status = (await call(key)).status;
    expect(status).toBe(402);
    const refused = (await (await call(key)).json()) as { readonly error: Body };
    expect(refused.error).toMatchObject({ code: 402, metadata: { error_type: 'payment_required' } });
    await ask('PATCH', `/keys/${data['hash']}`, { limit: 5 });
    expect((await call(key)).status).toBe(200);
  });

  test.each([
    ['a name that is none', { name: '' }],
    ['a limit as text', { name: 'x', limit: '5' }],
    ['a negative one', { name: 'x', limit: -1 }],
    ['a window nobody has', { name: 'x', limit: 1, limit_reset: 'hourly' }],
    ['a time that is none', { name: 'x', expires_at: 'soon' }],
    ['a member nobody knows', { name: 'x', colour: 'red' }],
  ])('%s makes no key', async (_, body) => {
    const { status, ...answer } = await ask('POST', '/keys', body);
    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { code: 400, message: expect.any(String) } });
  });

  test('keys for calls manage nothing and read nobody else’s generations', async () => {
    const { key } = await made({});
    const other = await made({});
    for (const path of ['/keys', '/credits', '/activity'])
      expect((await ask('GET', path, undefined, key)).status).toBe(403);
    const { id } = (await (await call(other.key)).json()) as { readonly id: string };
    expect((await ask('GET', `/generation?id=${id}`, undefined, key)).status).toBe(404);
    expect((await ask('GET', `/generation?id=${id}`, undefined, other.key)).status).toBe(200);
    expect((await ask('GET', `/generation?id=${id}`)).status).toBe(200);
    expect((await ask('GET', '/generation')).status).toBe(400);
  });

  test('a generation can be read right after the last byte, streamed or not, a hundred times in a hundred', async () => {
    const { key } = await made({});
    for (let count = 0; count < 100; count += 1) {
      const stream = count % 2 === 0;
      const text = await (await call(key, { stream, user: 'u-7' })).text();
      const [, id = ''] = /"id":"(gen-[^"]+)"/.exec(text) ?? [];
      const [, cost = ''] = /"cost":([\d.e-]+)/.exec(text) ?? [];
      const { status, data } = await ask('GET', `/generation?id=${id}`, undefined, key);
      expect(status).toBe(200);
      expect(data).toMatchObject({
        id,
        streamed: stream,
        model: 'openai/gpt-4o',
        provider_name: 'OpenAI',
        total_cost: Number(cost),
        tokens_prompt: 7,
        finish_reason: 'stop',
        native_finish_reason: 'stop',
        http_referer: 'https://app.example',
        session_id: 'talk-1',
        external_user: 'u-7',
        cancelled: false,
      });
    }
  });

  test('an answer its client left is recorded as cancelled', async () => {
    const { key } = await made({});
    const answer = await call(key, { model: 'openai/sim.delay-frame-200--gpt-4o', stream: true });
    const id = answer.headers.get('x-generation-id') ?? '';
    expect(id).toStartWith('gen-');
    const reader = answer.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    const found = async () => (await ask('GET', `/generation?id=${id}`, undefined, key)).data['cancelled'] === true;
    let cancelled = false;
    for (let wait = 0; !cancelled && wait < 200; wait += 1) {
      cancelled = await found();
      if (!cancelled) await Bun.sleep(10);
    }
    expect(cancelled).toBe(true);
  });

  test('what all answers cost is what the key has spent', async () => {
    const { key } = await made({});
    let sum = 0;
    for (const model of ['openai/gpt-4o', 'anthropic/claude-sonnet-4-5']) {
      const { usage } = (await (await call(key, { model })).json()) as { readonly usage: { readonly cost: number } };
      sum += usage.cost;
    }
    expect((await ask('GET', '/key', undefined, key)).data['usage']).toBeCloseTo(sum, 9);
  });

  test('credits and activity', async () => {
    const { data } = await ask('GET', '/credits');
    expect(data['total_usage']).toBeGreaterThan(0);
    expect(data['total_credits']).toBe(0);
    expect((await ask('GET', '/activity')).data).toEqual([] as never);
    expect((await ask('GET', '/activity?date=2020-01-01')).status).toBe(400);
  });

  test('the catalogue has each model once, with all who serve it', async () => {
    const { data, ...rest } = await ask('GET', '/models');
    const models = data as unknown as readonly Body[];
    expect((rest as Body)['total_count']).toBe(models.length);
    const names = models.map(({ id }) => id);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('google/gemini-2.5-pro');
    expect(models.find(({ id }) => id === 'openai/gpt-4o')).toMatchObject({
      canonical_slug: 'openai/gpt-4o',
      context_length: 128_000,
      architecture: { input_modalities: expect.arrayContaining(['text', 'image']), output_modalities: ['text'] },
      pricing: { prompt: '0.0000025', completion: '0.00001' },
      top_provider: { max_completion_tokens: 16_384 },
      links: { details: '/api/v1/models/openai/gpt-4o/endpoints' },
    });
    const { data: about } = await ask('GET', '/models/openai/gpt-4o/endpoints');
    expect(about).toMatchObject({
      id: 'openai/gpt-4o',
      endpoints: [{ tag: 'openai', provider_name: 'OpenAI', status: 0 }],
    });
    expect((await ask('GET', '/model/google/gemini-2.5-pro')).data['id']).toBe('google/gemini-2.5-pro');
    expect((await ask('GET', '/model/nobody/none')).status).toBe(404);
    expect((await ask('GET', '/providers')).data).toContainEqual(expect.objectContaining({ slug: 'openai' }));
  });

  test.each([
    ['q=gpt-4o', ({ id }: Body) => String(id).includes('gpt-4o')],
    [
      'supported_parameters=tools,reasoning',
      ({ supported_parameters: all }: Body) => (all as string[]).includes('reasoning'),
    ],
    ['context=1000000', ({ context_length: tokens }: Body) => Number(tokens) >= 1_000_000],
    ['max_price=0.1', ({ pricing }: Body) => Number((pricing as Body)['prompt']) <= 1e-7],
    ['model_authors=anthropic', ({ id }: Body) => /anthropic|claude/.test(String(id))],
    ['providers=cohere', ({ links }: Body) => JSON.stringify(links) !== ''],
    ['input_modalities=image', ({ architecture }: Body) => JSON.stringify(architecture).includes('image')],
  ])('the filter %s leaves fewer, and only such', async (question, fits) => {
    const all = (await ask('GET', '/models')).data as unknown as readonly Body[];
    const some = (await ask('GET', `/models?${question}`)).data as unknown as readonly Body[];
    expect(some.length).toBeGreaterThan(0);
    expect(some.length).toBeLessThan(all.length);
    expect(some.every(fits)).toBe(true);
  });

  test('pages, orders and a key’s own models', async () => {
    const page = await ask('GET', '/models?limit=2&offset=1&sort=pricing-high-to-low');
    const prices = (page.data as unknown as readonly { readonly pricing: { readonly prompt: string } }[]).map(
      ({ pricing }) => Number(pricing.prompt),
    );
    expect(prices).toEqual(prices.toSorted((one, other) => other - one));
    expect((page as Body)['links']).toEqual({ next: '/api/v1/models?sort=pricing-high-to-low&offset=3&limit=2' });
    expect((await ask('GET', '/models?sort=best')).status).toBe(400);
    const response = await fetch(`${gateway.url}/admin/v1/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ models: ['openai/gpt-4o', 'google/gemini-2.5-pro'] }),
    });
    const { key } = (await response.json()) as { readonly key: string };
    const { data } = await ask('GET', '/models/user', undefined, key);
    expect((data as unknown as readonly Body[]).map(({ id }) => id).toSorted()).toEqual([
      'google/gemini-2.5-pro',
      'openai/gpt-4o',
    ]);
    expect((await ask('GET', '/models/count', undefined, key)).data).toEqual({ count: 2 });
  });
});
