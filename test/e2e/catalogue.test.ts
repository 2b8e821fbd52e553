import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { RunningGateway } from '../../src/app/gateway-settings.ts';
import { startGateway } from '../../src/app/start-gateway.ts';
import { compileProviders } from '../../src/contract/compile-providers.ts';
import { defaultConfig, type ProviderSetting } from '../../src/contract/settings.ts';
import type { ActiveProvider } from '../../src/core/catalog/active-provider.ts';
import { catalogue } from '../../src/core/catalog/catalogue.ts';
import type { ProviderEntry, ServedBy } from '../../src/core/catalog/provider.ts';
import { servedBy } from '../../src/core/catalog/served-by.ts';
import type { DialectId, Operation } from '../../src/core/ir/index.ts';
import { type RecordedCall, type Simulator, startSimulator } from '../../src/simulators/index.ts';
import { doors } from './doors.ts';

const key = 'sk-catalogue-test';
const masterKey = 'sk-catalogue-master';
const entries: readonly ProviderEntry[] = catalogue.filter(({ auth }) => auth.kind !== 'none');

let simulator: Simulator;
let gateway: RunningGateway;
let providers: readonly ActiveProvider[];

beforeAll(async () => {
  simulator = startSimulator({ key: null });
  const config = { ...defaultConfig, heartbeatMs: 0, drainMs: 100, providers: entries.map(settingOf) };
  providers = compileProviders(config, catalogue, {}).map(atSimulator);
  gateway = await startGateway({
    config,
    providers,
    host: '127.0.0.1',
    port: 0,
    masterKey: { value: masterKey, made: false },
    reload: () => Promise.resolve({ kind: 'unloadable', problems: [] }),
    write: () => undefined,
  });
});

afterAll(async () => {
  await gateway.stop();
  simulator.stop();
});

const settingOf = (entry: ProviderEntry): ProviderSetting => ({
  id: entry.id,
  enabled: true,
  apiKey: key,
  variables: Object.fromEntries(Object.keys({ region: {}, ...entry.variables }).map((name) => [name, 'blue'])),
  entry: entry.baseUrl === '' ? { baseUrl: 'http://any.example.com' } : {},
});

/** The provider's own paths on the simulator's host and port. The simulator knows some hosts by the first step of the path. */
const atSimulator = (provider: ActiveProvider): ActiveProvider => {
  const { id, baseUrl } = provider.entry;
  const host = named.has(id) ? `${simulator.url}/${id}` : simulator.url;
  return { ...provider, entry: { ...provider.entry, baseUrl: baseUrl.replace(/^https?:\/\/[^/]+/, host) } };
};

const named: ReadonlySet<string> = new Set(['voyage', 'jina', 'writer']);

const models = [
  'simulated',
  'gpt-5',
  'claude-sonnet-4-5',
  'gemini-2.5-pro',
  'gpt-3.5-turbo-instruct',
  'databricks-claude',
  'anthropic.claude-sonnet-4-5-v1:0',
];

/** A model that leads to this way when it is asked for at a door of the way's dialect. */
const modelFor = (entry: ProviderEntry, operation: Operation, way: ServedBy): string | undefined =>
  [...models, ...(entry.models ?? [])].find(
    (model) => servedBy(entry, { operation, model, door: way.dialect }) === way,
  );

/** Doors that the other tests have no use for. */
const moreDoors = [
  {
    name: 'cohere-v1',
    path: () => '/v1/chat',
    body: (model: string, stream: boolean) => ({ model, message: 'Hello', ...(stream ? { stream } : {}) }),
    finish: /"is_finished":\s*true/,
  },
  {
    name: 'openai-completions',
    path: () => '/v1/completions',
    body: (model: string, stream: boolean) => ({ model, prompt: 'Hello', ...(stream ? { stream } : {}) }),
    finish: /\[DONE\]/,
  },
  {
    name: 'ollama',
    path: () => '/api/chat',
    body: (model: string, stream: boolean) => ({ model, messages: [{ role: 'user', content: 'Hello' }], stream }),
    finish: /"done":\s*true/,
  },
  {
    name: 'ollama-generate',
    path: () => '/api/generate',
    body: (model: string, stream: boolean) => ({ model, prompt: 'Hello', stream }),
    finish: /"done":\s*true/,
  },
  {
    name: 'bedrock-converse',
    path: (model: string, stream: boolean) =>
      `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`,
    body: () => ({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
    finish: /messageStop/,
  },
];

/** The door of the dialect; where clients do not speak it, one that leads to it. */
const doorTo = (entry: ProviderEntry, way: ServedBy, model: string) => {
  const leads = [...doors, ...moreDoors].filter(
    ({ name }) => servedBy(entry, { operation: 'chat', model, door: name as DialectId }) === way,
  );
  return leads.find(({ name }) => name === way.dialect) ?? leads[0];
};

const post = async (
  path: string,
  body: unknown,
): Promise<{ status: number; text: string; call: RecordedCall | undefined }> => {
  simulator.clear();
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text(), call: simulator.requests[0] };
};

/** The call went to the way's path with the key where the provider wants it, and the simulator found nothing wrong with it. */
const expectAccepted = (
  { id }: ProviderEntry,
  way: ServedBy,
  { status, text, call }: Awaited<ReturnType<typeof post>>,
): void => {
  expect({ status, text: status === 200 ? '' : text }).toEqual({ status: 200, text: '' });
  expect(call?.refusal).toBeUndefined();
  expect(call?.route.dialect).toBe(way.dialect);
  const used = providers.find(({ entry }) => entry.id === id)?.entry;
  const asked = call?.route.stream === true ? (way.streamPath ?? way.path) : way.path;
  const template = asked.replace(/\{method\}$/, '').replaceAll(/\{(?!model\})\w+\}/g, 'blue');
  const [before = '', after = ''] = template.split('{model}');
  expect(call?.path).toContain(before);
  expect(call?.path).toContain(after);
  expect(call?.path).not.toMatch(/\{|\}|\/\/|(\/v\d+)\1/);
  const sent = used?.auth.kind === 'header' ? call?.headers[used.auth.name] : call?.headers['authorization'];
  expect(sent).toBe(used?.auth.kind === 'header' ? key : `Bearer ${key}`);
};

describe.each(entries.map((entry) => [entry.id, entry] as const))('%s', (id, entry) => {
  test('is ready with a key, and its variables', () => {
    expect(providers.find((provider) => provider.entry.id === id)).toMatchObject({ ready: true });
  });

  const ways = entry.serves.chat ?? [];
  test.skipIf(ways.length === 0)('chats in each of its dialects, whole and streamed', async () => {
    for (const way of ways) {
      const model = modelFor(entry, 'chat', way);
      if (model === undefined) throw new Error('no model');
      for (const stream of [false, true]) {
        const door = doorTo(entry, way, model);
        if (door === undefined) throw new Error('no door');
        const answer = await post(door.path(`${id}/${model}`, stream), door.body(`${id}/${model}`, stream));
        expectAccepted(entry, way, answer);
        expect(answer.text).toContain('Hello');
        if (stream) expect(answer.text).toMatch(door.finish);
      }
    }
  });

  test.skipIf(ways.length === 0)('answers a client of another format', async () => {
    const [first] = ways;
    const door = doors.find(({ name }) => !ways.some((way) => way.dialect === name)) ?? doors[0];
    const model = first === undefined ? undefined : modelFor(entry, 'chat', first);
    if (first === undefined || door === undefined || model === undefined) throw new Error('no way');
    const way = servedBy(entry, { operation: 'chat', model, door: door.name as DialectId }) ?? first;
    for (const stream of [false, true]) {
      const answer = await post(door.path(`${id}/${model}`, stream), door.body(`${id}/${model}`, stream));
      expectAccepted(entry, way, answer);
      expect(answer.text).toMatch(stream ? door.finish : /Hello/);
    }
  });

  test.skipIf(entry.serves.embeddings === undefined)('embeds', async () => {
    const [first] = entry.serves.embeddings ?? [];
    const model = first === undefined ? undefined : modelFor(entry, 'embeddings', first);
    if (model === undefined) throw new Error('no model');
    const way = servedBy(entry, { operation: 'embeddings', model, door: 'openai-chat' });
    if (way === undefined) throw new Error('no way');
    const answer = await post('/v1/embeddings', { model: `${id}/${model}`, input: 'Hello' });
    expectAccepted(entry, way, answer);
    expect(JSON.parse(answer.text)).toMatchObject({ data: [{ embedding: expect.any(Array) }] });
  });
});

test.each(
  entries.flatMap((entry) => (entry.serves.rerank ?? []).map((way) => [entry.id, way.dialect, entry, way] as const)),
)('%s reranks in %s', async (id, _, entry, way) => {
  const model = modelFor(entry, 'rerank', way);
  const answer = await post('/v1/rerank', { model: `${id}/${model}`, query: 'Hello', documents: ['Hello', 'other'] });
  expectAccepted(entry, way, answer);
  expect(JSON.parse(answer.text)).toMatchObject({ results: [{ index: 0 }, { index: 1 }] });
});

test.each(entries.flatMap((entry) => (entry.serves.moderations ?? []).map((way) => [entry.id, entry, way] as const)))(
  '%s moderates',
  async (id, entry, way) => {
    const model = modelFor(entry, 'moderations', way);
    const answer = await post('/v1/moderations', { model: `${id}/${model}`, input: 'Hello' });
    expectAccepted(entry, way, answer);
    expect(JSON.parse(answer.text)).toMatchObject({ results: [{ flagged: expect.any(Boolean) }] });
  },
);

const countPaths: Readonly<Partial<Record<DialectId, (model: string) => readonly [path: string, body: unknown]>>> = {
  'anthropic-messages': (model) => [
    '/v1/messages/count_tokens',
    { model, messages: [{ role: 'user', content: 'Hello' }] },
  ],
  'openai-responses': (model) => ['/v1/responses/input_tokens', { model, input: 'Hello' }],
  gemini: (model) => [
    `/v1beta/models/${model}:countTokens`,
    { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
  ],
  'bedrock-converse': (model) => [
    `/model/${encodeURIComponent(model)}/count-tokens`,
    { input: { converse: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] } } },
  ],
};

test.each(
  entries.flatMap((entry) =>
    (entry.serves['count-tokens'] ?? []).map((way) => [entry.id, way.dialect, entry, way] as const),
  ),
)('%s counts tokens in %s', async (id, dialect, entry, way) => {
  const ask = countPaths[dialect];
  const model = modelFor(entry, 'count-tokens', way);
  if (ask === undefined || model === undefined) throw new Error('no way');
  const answer = await post(...ask(`${id}/${model}`));
  expectAccepted(entry, way, answer);
  expect(answer.text).toMatch(/okens"?:\s*\d/);
});

test('every way is the one some model leads to', () => {
  const unreachable = entries.flatMap((entry) =>
    (entry.serves.chat ?? [])
      .filter((way) => modelFor(entry, 'chat', way) === undefined)
      .map((way) => `${entry.id} ${way.dialect} ${way.path}`),
  );
  expect(unreachable).toEqual([]);
});

test('what a quirk takes from the body is named to the client, in both lanes', async () => {
  const warningsAt = async (path: string, body: unknown) => {
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await response.text();
    return response.headers.get('x-sluice-warnings');
  };
  const messages = [{ role: 'user', content: 'Hello' }];
  const native = { model: 'groq/simulated', messages, logit_bias: { '5': 1 } };
  expect(await warningsAt('/v1/chat/completions', native)).toBe('dropped logit_bias (no-logprobs)');
  const hot = { model: 'zai/simulated', input: 'Hello', temperature: 1.5 };
  expect(await warningsAt('/v1/responses', hot)).toContain('changed temperature (temperature-to-one)');
  expect(await warningsAt('/v1/chat/completions', { model: 'groq/simulated', messages })).toBeNull();
});
