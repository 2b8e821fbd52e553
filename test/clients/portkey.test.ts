import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Portkey } from 'portkey-ai';
import { defaultConfig } from '../../src/contract/settings.ts';
import { type Simulator, startSimulator } from '../../src/simulators/index.ts';
import { type GatewayUnderTest, masterKey, providerKey, startGatewayUnderTest } from '../e2e/gateway-under-test.ts';
import { testsProgram } from '../support/sluice-program.ts';

const otherKey = 'sk-other-secret-0123456789abcdef';

type Options = ConstructorParameters<typeof Portkey>[0];
type Refusal = { readonly status: number; readonly message: string; readonly error: { readonly error: object } };

const ask = {
  model: 'gpt-5',
  messages: [{ role: 'user' as const, content: 'hi' }],
  max_tokens: 20,
};

interface Headers {
  getHeaders(): Record<string, string>;
}

const headersOf = (answer: unknown): Record<string, string> => (answer as Headers).getHeaders();

const failing = { provider: 'openai', override_params: { model: 'sim.status-500--x' } };

/** The client's promises are resolved to begin with, so only awaiting them tells. */
const refusalOf = async (call: () => PromiseLike<unknown>): Promise<Refusal> => {
  try {
    await call();
  } catch (error) {
    return error as Refusal;
  }
  throw new Error('it was not refused');
};

// It needs the data directory, which the program under test keeps to itself.
describe.skipIf(testsProgram)("Portkey's client", () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-portkey-'));
  let other: Simulator;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    other = startSimulator({ key: otherKey });
    gateway = await startGatewayUnderTest({
      dataDirectory: directory,
      config: {
        egress: { allow: [{ kind: 'name', name: '127.0.0.1' }] },
        money: { ...defaultConfig.money, unknownPrice: 'free' },
      },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    other.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const client = (options: Partial<Options> = {}): Portkey =>
    new Portkey({ apiKey: masterKey, baseURL: `${gateway.url}/v1`, ...options });

  const chat = (options: Partial<Options> = {}, more: object = {}) =>
    client(options).chat.completions.create({ ...ask, ...more });

  test('asks a provider by its name, and reads where its call went from the headers', async () => {
    const answer = await chat({ provider: '@openai', traceID: 'trace-7' });
    expect(answer.choices?.[0]?.message?.role).toBe('assistant');
    expect(headersOf(answer)).toMatchObject({
      'trace-id': 'trace-7',
      provider: 'openai',
      'last-used-option-index': 'config',
      'retry-attempt-count': '0',
      'cache-status': 'DISABLED',
    });
  });

  test('names provider and model in one', async () => {
    const answer = await chat({}, { model: '@anthropic/claude-x' });
    expect(headersOf(answer)['provider']).toBe('anthropic');
  });

  test('streams over a fallback', async () => {
    const config = { strategy: { mode: 'fallback' }, targets: [failing, { provider: '@anthropic' }] };
    const stream = await client({ config }).chat.completions.create({ ...ask, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices?.[0]?.delta?.content ?? '';
    expect(text).not.toBe('');
  });

  test('embeds through a tree as well', async () => {
    const config = { strategy: { mode: 'fallback' }, targets: [failing, { provider: 'openai' }] };
    const answer = await client({ config }).embeddings.create({ model: 'text-embedding-3-small', input: 'hi' });
    expect(headersOf(answer)['last-used-option-index']).toBe('config.targets[1]');
  });

  test('lists models, and answers in the other formats it speaks', async () => {
    const models = (await client().models.list()) as unknown as { readonly data: readonly { readonly id: string }[] };
    expect(models.data.length).toBeGreaterThan(0);
    const config = { strategy: { mode: 'fallback' }, targets: [failing, { provider: '@openai' }] };
    const response = await client({ config }).responses.create({ model: 'gpt-5', input: 'hi' });
    expect(response.output_text).not.toBe('');
    const completion = await client({ config }).completions.create({ model: 'gpt-5', prompt: 'hi', max_tokens: 5 });
    expect(headersOf(completion)['last-used-option-index']).toBe('config.targets[1]');
  });

  test('conditions see its metadata', async () => {
    const when = (query: object, target: string): object =>
      Object.fromEntries([
        ['query', query],
        ['then', target],
      ]);
    const config = {
      strategy: {
        mode: 'conditional',
        conditions: [when({ 'metadata.plan': { $regex: '^pa.d$' }, 'params.max_tokens': { $lt: 100 } }, 'good')],
        default: 'plain',
      },
      targets: [
        { name: 'good', provider: 'anthropic' },
        { name: 'plain', provider: 'openai' },
      ],
    };
    const asked = (metadata: object | undefined) =>
      client({ config, ...(metadata === undefined ? {} : { metadata }) } as Options).chat.completions.create(ask);
    expect(headersOf(await asked({ plan: 'paid', _user: 'u1' }))['last-used-option-index']).toBe('config.targets[0]');
    expect(headersOf(await asked(undefined))['last-used-option-index']).toBe('config.targets[1]');
  });

  test('what it says of a call stands in its record, and its user is a customer', async () => {
    const answer = await chat({ provider: 'openai', traceID: 'metadata', metadata: { _user: 'ann', plan: 'paid' } });
    expect(headersOf(answer)['trace-id']).toBe('metadata');
    const page = (await (
      await fetch(`${gateway.url}/spend/logs?summarize=false`, { headers: { authorization: `Bearer ${masterKey}` } })
    ).json()) as unknown;
    expect(JSON.stringify(page)).toContain('"end_user":"ann"');
  });

  test('keeps configs, changes them, and calls by their names', async () => {
    const admin = client();
    const made = await admin.configs.create({
      name: 'Two hosts',
      config: { strategy: { mode: 'fallback' }, targets: [failing, { provider: 'anthropic' }] },
      isDefault: 0,
    });
    const slug = made.slug ?? '';
    expect([slug.slice(0, 9), made.object]).toEqual(['pc-two-ho', 'config']);
    const answer = await chat({ config: slug });
    expect(headersOf(answer)['last-used-option-index']).toBe('config.targets[1]');
    const changed = await admin.configs.update({ slug, config: { provider: 'openai' }, name: 'One host' });
    expect(changed.version_id).toBe(`${slug}@2`);
    expect(headersOf(await chat({ config: slug }))['provider']).toBe('openai');
    expect(await admin.configs.retrieve({ slug })).toMatchObject({
      slug,
      name: 'One host',
      config: { provider: 'openai' },
      status: 'active',
      version_id: `${slug}@2`,
    });
    expect((await admin.configs.list()).data?.map(({ slug: one }) => one)).toContain(slug);
    const versions = (await admin.get(`/configs/${slug}/versions`)) as unknown as { data: { version: number }[] };
    expect(versions.data.map(({ version }) => version)).toEqual([2, 1]);
    await admin.configs.update({ slug, status: 'archived' });
    expect(await refusalOf(() => chat({ config: slug }))).toMatchObject({ status: 403 });
    await admin.configs.delete({ slug });
    expect(await refusalOf(() => chat({ config: slug }))).toMatchObject({ status: 400 });
  });

  test('a config that nobody could follow is not kept', async () => {
    const config = { strategy: { mode: 'loadbalance' }, targets: [{ provider: 'openai', weight: '1' }] };
    expect(await refusalOf(() => client().configs.create({ name: 'bad', config }))).toMatchObject({
      status: 400,
      error: { error: { param: 'config.targets[0].weight' } },
    });
  });

  test('uses the virtual key it names and no other', async () => {
    const admin = client();
    const first = await admin.virtualKeys.create({ name: 'first', provider: 'openai', key: providerKey });
    const second = await admin.virtualKeys.create({ name: 'second', provider: 'openai', key: 'sk-wrong-0123456789' });
    const call = (virtualKey: string) => chat({ virtualKey });
    expect(headersOf(await call(first.slug ?? ''))['provider']).toBe('openai');
    expect(await refusalOf(() => call(second.slug ?? ''))).toMatchObject({ status: 502 });
    expect(await admin.virtualKeys.retrieve({ slug: second.slug ?? '' })).toMatchObject({
      name: 'second',
      ai_provider_name: 'openai',
      status: 'active',
    });
    await admin.virtualKeys.update({ slug: second.slug ?? '', key: providerKey });
    expect(headersOf(await call(second.slug ?? ''))['provider']).toBe('openai');
    expect((await admin.virtualKeys.list()).total).toBe(2);
    for (const { slug = '' } of [first, second]) await admin.virtualKeys.delete({ slug });
    expect((await admin.virtualKeys.list()).total).toBe(0);
  });

  test('a custom host gets the call and the headers it names, and never the installation’s key', async () => {
    const before = other.requests.length;
    const config = { provider: 'openai', custom_host: `${other.url}/v1` };
    expect(await refusalOf(() => chat({ config }))).toMatchObject({ status: 502 });
    const seen = other.requests.slice(before);
    expect(seen.length).toBeGreaterThan(0);
    expect(JSON.stringify(seen)).not.toContain(providerKey);
    const key = await client().virtualKeys.create({ name: 'other', provider: 'openai', key: otherKey });
    const own = { virtual_key: key.slug, custom_host: `${other.url}/v1` };
    const forwarding = { forwardHeaders: ['x-tenant'], 'x-tenant': 'blue' } as Partial<Options>;
    const answer = await chat({ config: own, ...forwarding });
    expect(headersOf(answer)['provider']).toBe('openai');
    expect(other.requests.at(-1)?.headers['x-tenant']).toBe('blue');
    await client().virtualKeys.delete({ slug: key.slug ?? '' });
    const local = { provider: 'openai', custom_host: 'http://127.0.0.1:9/v1' };
    expect(await refusalOf(() => chat({ config: local }))).toMatchObject({ status: 502 });
  });

  test('brings a key of its own, also for a provider that has none here', async () => {
    const own = { provider: 'groq', api_key: otherKey, custom_host: `${other.url}/v1` };
    expect(headersOf(await chat({ config: own }))['provider']).toBe('groq');
    const wrong = {
      strategy: { mode: 'fallback' },
      targets: [{ provider: 'openai', api_key: 'sk-wrong' }, { provider: 'openai' }],
    };
    expect(headersOf(await chat({ config: wrong }))['last-used-option-index']).toBe('config.targets[1]');
  });

  test('a provider that takes too long is told as 408', async () => {
    const config = { provider: 'openai', request_timeout: 200, override_params: { model: 'sim.hang--x' } };
    expect(await refusalOf(() => chat({ config }))).toMatchObject({
      status: 408,
      error: { error: { type: 'timeout_error' } },
    });
  });

  test('a failure of the provider keeps its status and names the provider; retries that did not help are -1', async () => {
    const config = { ...failing, retry: { attempts: 1, on_status_codes: [500], use_retry_after_headers: true } };
    const error = await refusalOf(() => chat({ config }));
    expect(error).toMatchObject({
      status: 500,
      error: { error: { message: expect.stringMatching(/^openai error: /) }, provider: 'openai' },
      headers: { 'x-portkey-retry-attempt-count': '-1' },
    });
  });
});
