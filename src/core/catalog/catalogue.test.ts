import { describe, expect, test } from 'bun:test';
import { catalogue } from './catalogue.ts';
import { mannersOf } from './model-manners.ts';
import { inProcessScheme, type ProviderEntry } from './provider.ts';
import { clouds } from './providers/clouds.ts';
import { demoModel } from './providers/demo.ts';
import { servedBy } from './served-by.ts';

const entryOf = (id: string): ProviderEntry => {
  const entry = catalogue.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new Error(`no ${id}`);
  return entry;
};

test('ids are unique and can stand before a slash', () => {
  const ids = catalogue.map((entry) => entry.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z0-9][a-z0-9._-]*$/.test(id))).toEqual([]);
});

/** Clouds run the owner's own models; a bare name goes to them only when the owner is not ready. */
const isCloud = (id: string): boolean => clouds.some((entry) => entry.id === id);

test('a name leads to one provider', () => {
  const names = catalogue.flatMap((entry) => [entry.id, ...(entry.aliases ?? [])]);
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
  expect(names.filter((name) => !/^[a-z0-9][a-z0-9._-]*$/.test(name))).toEqual([]);
});

test('there are more than 120 providers that chat, and most that were recorded are said to be', () => {
  expect(catalogue.filter((entry) => (entry.serves.chat?.length ?? 0) > 0).length).toBeGreaterThan(120);
  expect(catalogue.filter((entry) => entry.evidence === 'recorded').length).toBeGreaterThan(30);
});

/** Variables that several entries look for: two addresses of one company, or a company's plan beside its usual offer. */
const sharedVariables: Readonly<Record<string, readonly string[]>> = {
  ALIBABA_CODING_PLAN_API_KEY: ['alibaba-coding-plan', 'alibaba-coding-plan-cn'],
  ALIBABA_TOKEN_PLAN_API_KEY: ['alibaba-token-plan', 'alibaba-token-plan-cn'],
  ARK_API_KEY: ['volcengine', 'byteplus'],
  AWS_BEARER_TOKEN_BEDROCK: ['bedrock', 'bedrock-mantle'],
  AZURE_AI_API_KEY: ['azure-foundry', 'azure-inference'],
  AZURE_API_KEY: ['azure', 'azure-deployments'],
  AZURE_OPENAI_API_KEY: ['azure', 'azure-deployments'],
  DASHSCOPE_API_KEY: ['alibaba', 'alibaba-cn'],
  MINIMAX_API_KEY: ['minimax', 'minimax-cn'],
  MOONSHOT_API_KEY: ['moonshot', 'moonshot-cn'],
  OLLAMA_API_KEY: ['ollama', 'ollama-cloud'],
  OPENCODE_API_KEY: ['opencode', 'opencode-go'],
  PERPLEXITY_API_KEY: ['perplexity', 'perplexity-agent'],
  STEPFUN_API_KEY: ['stepfun', 'stepfun-ai'],
  XIAOMI_API_KEY: ['xiaomi', 'xiaomi-token-plan-ams', 'xiaomi-token-plan-cn', 'xiaomi-token-plan-sgp'],
  ZAI_API_KEY: ['zai', 'zai-coding-plan'],
  ZHIPUAI_API_KEY: ['zhipuai', 'zhipuai-coding-plan'],
  ZHIPU_API_KEY: ['zai', 'zhipuai', 'zai-coding-plan', 'zhipuai-coding-plan'],
};

test('a key variable belongs to one company', () => {
  const users = new Map<string, string[]>();
  for (const { id, auth } of catalogue)
    for (const name of auth.kind === 'none' ? [] : auth.env) users.set(name, [...(users.get(name) ?? []), id]);
  const shared = [...users].filter(([, ids]) => ids.length > 1);
  expect(Object.fromEntries(shared)).toEqual(sharedVariables as Record<string, string[]>);
});

test('an address variable belongs to one provider, or to one resource', () => {
  const names = catalogue.flatMap((entry) =>
    (entry.baseUrlEnv ?? []).map((name) => `${name} ${entry.title.split(',')[0]}`),
  );
  const variables = [...new Set(names)].map((name) => name.split(' ')[0]);
  expect(variables.filter((name, place) => variables.indexOf(name) !== place)).toEqual([]);
});

test('no listed model is claimed by the bare names of another provider', () => {
  for (const owner of catalogue) {
    const others = catalogue.filter((entry) => entry !== owner && entry.evidence !== 'listed' && !isCloud(entry.id));
    const claimed = others.flatMap((entry) =>
      (entry.models ?? []).filter((model) => owner.owns !== undefined && new RegExp(owner.owns).test(model)),
    );
    expect({ owner: owner.id, claimed }).toEqual({ owner: owner.id, claimed: [] });
  }
});

describe.each(catalogue.map((entry) => [entry.id, entry] as const))('%s', (_, entry) => {
  test('has an address without a slash at its end', () => {
    // The shapes that fit any host are given an address by the config file or a variable.
    if (entry.baseUrl === '') expect(entry.baseUrlEnv?.length).toBeGreaterThan(0);
    else expect(entry.baseUrl).toMatch(/^(https:\/\/|http:\/\/127\.0\.0\.1:|in-process:)\S*[^/]$/);
    for (const [, name = ''] of entry.baseUrl.matchAll(/\{(\w+)\}/g)) expect(entry.variables).toHaveProperty(name);
  });

  test('says where its key is found', () => {
    if (entry.auth.kind === 'none') expect(entry.baseUrl).toStartWith(inProcessScheme);
    // Credentials of a cloud are looked for in variables of their own.
    else if (entry.auth.kind !== 'google') expect(entry.auth.env[0]).toMatch(/^[A-Z0-9][A-Z0-9_]*$/);
  });

  test('serves something, on paths that begin with a slash, by patterns that compile', () => {
    const ways = Object.values(entry.serves).flat();
    expect(ways.length).toBeGreaterThan(0);
    for (const way of ways) {
      expect(way.path).toStartWith('/');
      expect(() => new RegExp(way.models ?? '')).not.toThrow();
    }
    for (const manners of entry.manners ?? []) expect(() => new RegExp(manners.models)).not.toThrow();
  });
});

test('the demo model is one the demo lists', () => {
  expect(entryOf('demo').models?.map((model) => `demo/${model}`)).toContain(demoModel);
});

describe('a provider is asked in the dialect of the door when it serves it', () => {
  const chat = (
    id: string,
    model: string,
    door: 'openai-chat' | 'anthropic-messages' | 'gemini' | 'openai-responses',
  ) => servedBy(entryOf(id), { operation: 'chat', model, door })?.path;

  test.each([
    ['openai', 'gpt-5', 'openai-chat', '/chat/completions'],
    ['openai', 'gpt-5', 'openai-responses', '/responses'],
    ['openai', 'gpt-5', 'anthropic-messages', '/responses'],
    ['openai', 'gpt-5-codex', 'openai-chat', '/responses'],
    ['openai', 'gpt-5.4-pro', 'openai-chat', '/responses'],
    ['openai', 'gpt-4o-audio-preview', 'openai-responses', '/chat/completions'],
    ['openai', 'gpt-3.5-turbo-instruct', 'openai-chat', '/completions'],
    ['openai', 'gpt-3.5-turbo', 'openai-chat', '/chat/completions'],
    ['anthropic', 'claude-opus-4-8', 'openai-chat', '/v1/messages'],
    ['gemini', 'gemini-2.5-pro', 'anthropic-messages', '/v1beta/models/{model}:{method}'],
    ['openrouter', 'x/y', 'anthropic-messages', '/messages'],
    ['openrouter', 'x/y', 'gemini', '/chat/completions'],
  ] as const)('%s %s for %s', (id, model, door, path) => {
    expect(chat(id, model, door)).toBe(path);
  });

  test('and not at all for what it does not serve', () => {
    expect(servedBy(entryOf('groq'), { operation: 'embeddings', model: 'x', door: 'openai-chat' })).toBeUndefined();
  });
});

describe('manners of models', () => {
  test.each([
    ['claude-3-haiku-20240307', ['no-system-turns'], 4096],
    ['claude-3-7-sonnet-20250219', ['no-system-turns'], 64_000],
    ['claude-sonnet-4-20250514', ['no-system-turns'], 64_000],
    ['claude-opus-4-1-20250805', ['no-system-turns'], 32_000],
    ['claude-opus-4-5-20251101', ['no-system-turns'], 64_000],
    ['claude-sonnet-4-6', ['no-system-turns', 'adaptive-thinking'], 64_000],
    ['claude-opus-4-7', ['no-system-turns', 'adaptive-thinking'], 128_000],
    ['claude-opus-4-8', ['adaptive-thinking'], 128_000],
    ['claude-sonnet-5', ['adaptive-thinking'], 128_000],
  ] as const)('%s', (model, traits, maxOutputTokens) => {
    const manners = mannersOf(entryOf('anthropic'), model);
    expect([...manners.traits]).toEqual([...traits]);
    expect(manners.maxOutputTokens).toBe(maxOutputTokens);
  });

  test('Gemini 3 thinks by level, older ones by budget', () => {
    expect([...mannersOf(entryOf('gemini'), 'gemini-3-pro-preview').traits]).toEqual(['thinking-levels']);
    expect([...mannersOf(entryOf('gemini'), 'gemini-2.5-pro').traits]).toEqual([]);
  });
});
