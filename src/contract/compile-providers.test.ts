import { expect, test } from 'bun:test';
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
