import { describe, expect, test } from 'bun:test';
import { catalogue } from '../core/catalog/catalogue.ts';
import { compileProviders } from './compile-providers.ts';
import type { Environment } from './expand-environment.ts';
import { parseConfig } from './parse-config.ts';
import { defaultConfig } from './settings.ts';

const compile = (text: string, environment: Environment = {}) => {
  const parsed = parseConfig(text, environment);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return compileProviders(parsed.config, catalogue, environment);
};

const readyIds = (text: string, environment: Environment = {}) =>
  compile(text, environment)
    .filter((provider) => provider.ready)
    .map((provider) => provider.entry.id);

test('without a list, the providers whose variables are set are ready, and the demo', () => {
  expect(readyIds('')).toEqual(['demo']);
  expect(readyIds('', { GROQ_API_KEY: 'g', OPENAI_API_KEY: '' })).toEqual(['groq', 'demo']);
  expect(readyIds('', { OLLAMA_BASE_URL: 'http://10.0.0.2:11434' })).toEqual(['ollama', 'demo']);
});

test('with a list, only its providers are ready, and the demo unless it is switched off', () => {
  const environment = { GROQ_API_KEY: 'g', OPENAI_API_KEY: 'o' };
  expect(readyIds('providers: [{id: openai}]', environment)).toEqual(['openai', 'demo']);
  expect(readyIds('providers: [{id: openai}, {id: demo, enabled: false}]', environment)).toEqual(['openai']);
  expect(readyIds('providers: []', environment)).toEqual(['demo']);
});

test('an entry changes only what it names', () => {
  const [before] = compile('', {}).filter(({ entry }) => entry.id === 'anthropic');
  const [after] = compile(
    'providers: [{id: anthropic, base_url: "http://127.0.0.1:9000", api_key: x, headers: {x-team: blue}}]',
  ).filter(({ entry }) => entry.id === 'anthropic');
  expect(after).toMatchObject({ ready: true, apiKey: 'x', keySource: { kind: 'config' } });
  expect(after?.entry).toEqual({
    ...before?.entry,
    baseUrl: 'http://127.0.0.1:9000',
    headers: { 'anthropic-version': '2023-06-01', 'x-team': 'blue' },
  } as NonNullable<typeof after>['entry']);
});

test('a new provider speaks the OpenAI formats, and needs a key only when it says how', () => {
  const [open] = compile('providers: [{id: my-host, base_url: "http://10.0.0.1:8000/v1"}]').slice(-1);
  expect(open).toMatchObject({ ready: true, entry: { auth: { kind: 'bearer', env: ['MY_HOST_API_KEY'] } } });
  expect(open?.entry.serves.chat).toEqual([{ dialect: 'openai-chat', path: '/chat/completions' }]);
  const [locked] = compile(
    'providers: [{id: my-host, base_url: "http://10.0.0.1:8000/v1", auth: {kind: bearer, env: MY_KEY}}]',
  ).slice(-1);
  expect(locked).toMatchObject({
    ready: false,
    reason: 'it has no key; set MY_KEY, or give it an api_key in the config file.',
  });
});

test('a key in the config file wins over the environment, and the variable it came from is named', () => {
  const environment = { GEMINI_API_KEY: '', GOOGLE_API_KEY: 'from-environment' };
  const gemini = (text: string) => compile(text, environment).find(({ entry }) => entry.id === 'gemini');
  expect(gemini('')).toMatchObject({
    apiKey: 'from-environment',
    keySource: { kind: 'environment', variable: 'GOOGLE_API_KEY' },
  });
  expect(gemini('providers: [{id: gemini, api_key: own}]')).toMatchObject({
    apiKey: 'own',
    keySource: { kind: 'config' },
  });
});

test('time limits of a provider stand over the general ones', () => {
  const [provider] = compile('timeouts: {idle_ms: 5}\nproviders: [{id: openai, timeouts: {total_ms: 7}}]');
  expect(provider?.timeouts).toEqual({ connectMs: 3000, firstByteMs: 300_000, idleMs: 5, totalMs: 7 });
});

test.each([
  ['openai', 'http://127.0.0.1:9000', 'http://127.0.0.1:9000/v1'],
  ['openai', 'http://127.0.0.1:9000/other', 'http://127.0.0.1:9000/other'],
  ['anthropic', 'http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
  ['my-host', 'http://127.0.0.1:9000', 'http://127.0.0.1:9000/v1'],
  ['my-host', 'http://127.0.0.1:9000/api', 'http://127.0.0.1:9000/api'],
])('the address of %s given as %s is %s', (id, given, used) => {
  const config = { ...defaultConfig, providers: [{ id, enabled: true, apiKey: 'x', entry: { baseUrl: given } }] };
  const provider = compileProviders(config, catalogue, {}).find(({ entry }) => entry.id === id);
  expect(provider?.entry.baseUrl).toBe(used);
});

describe('a provider like another', () => {
  const last = (text: string, environment: Environment = {}) => compile(text, environment).at(-1);

  test('has its formats, auth and quirks, and a key, name and models of its own', () => {
    const groq = catalogue.find(({ id }) => id === 'groq');
    const own = last('providers: [{id: groq-eu, like: groq}]', { GROQ_EU_API_KEY: 'k', GROQ_API_KEY: 'other' });
    expect(own).toMatchObject({ ready: true, apiKey: 'k' });
    expect(own?.entry).toEqual({
      id: 'groq-eu',
      title: 'groq-eu',
      baseUrl: groq?.baseUrl,
      auth: { kind: 'bearer', env: ['GROQ_EU_API_KEY'] },
      serves: groq?.serves,
      quirks: groq?.quirks,
      manners: groq?.manners,
      evidence: 'recorded',
    } as NonNullable<typeof own>['entry']);
  });

  test('does not get the key of the one it is like', () => {
    expect(last('providers: [{id: groq-eu, like: groq}]', { GROQ_API_KEY: 'other' })).toMatchObject({ ready: false });
  });

  test('may be named by another name of it, several times', () => {
    const both =
      'providers: [{id: a, like: hosted_vllm, base_url: "http://a:1"}, {id: b, like: vllm, base_url: "http://b:2/v1"}]';
    expect(
      compile(both)
        .slice(-2)
        .map(({ entry, ready }) => `${entry.id} ${entry.baseUrl} ${ready}`),
    ).toEqual(['a http://a:1/v1 true', 'b http://b:2/v1 true']);
  });

  test.each([
    ['openai-compatible', 'http://host:1/v1', '/chat/completions'],
    ['anthropic-compatible', 'http://host:1/v1', '/messages'],
    ['gemini-compatible', 'http://host:1', '/v1beta/models/{model}:{method}'],
  ])('%s fits any host of its format', (like, baseUrl, path) => {
    const own = last(`providers: [{id: mine, like: ${like}, base_url: "http://host:1"}]`);
    expect(own?.entry).toMatchObject({
      baseUrl,
      serves: { chat: expect.arrayContaining([expect.objectContaining({ path })]) },
    });
  });
});

test('an address variable may hold a bare host', () => {
  const addressOf = (id: string, environment: Environment) =>
    compile('', environment).find(({ entry }) => entry.id === id)?.entry.baseUrl;
  expect(addressOf('databricks', { DATABRICKS_HOST: 'dbc-1.cloud.example.com' })).toBe(
    'https://dbc-1.cloud.example.com/serving-endpoints',
  );
  expect(addressOf('vllm', { VLLM_BASE_URL: 'gpu:8000' })).toBe('http://gpu:8000/v1');
});

describe('the paths at an address with a path of its own', () => {
  const pathsAt = (id: string, baseUrl: string) =>
    compile(`providers: [{id: ${id}, api_key: k, base_url: "${baseUrl}"}]`)
      .find(({ entry }) => entry.id === id)
      ?.entry.serves.chat?.map(({ path }) => path);

  test.each([
    ['zai', 'https://host.example', ['/api/paas/v4/chat/completions', '/api/anthropic/v1/messages']],
    ['zai', 'https://host.example/api/paas/v4', ['/chat/completions']],
    ['zai', 'https://host.example/api/coding/paas/v4', ['/chat/completions']],
    ['zai', 'https://host.example/behind/zai', ['/api/paas/v4/chat/completions', '/api/anthropic/v1/messages']],
    ['alibaba', 'https://host.example/compatible-mode/v1', ['/chat/completions']],
    ['deepseek', 'https://host.example/v1', ['/chat/completions', '/responses']],
    ['moonshot', 'https://host.example/anthropic', ['/v1/messages']],
    ['anthropic', 'https://host.example/v1', ['/messages']],
    ['openrouter', 'https://host.example/api/v1', ['/chat/completions', '/responses', '/messages']],
  ])('%s at %s', (id, baseUrl, paths) => {
    expect(pathsAt(id, baseUrl)).toEqual(paths);
  });
});
