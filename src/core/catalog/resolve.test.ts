import { describe, expect, test } from 'bun:test';
import type { ActiveProvider } from './active-provider.ts';
import { catalogue } from './catalogue.ts';
import { emptyCatalogue } from './models/model-catalogue.ts';
import { shippedModels } from './models/models.fixture.ts';
import { listedModels, type Naming } from './names/name-index.ts';
import { resolveModel } from './resolve.ts';

const timeouts = { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 };

const today = '2026-08-22';

const withReady = (...ids: string[]): Naming => ({
  providers: activeProviders(ids),
  models: emptyCatalogue,
  aliases: {},
});

const activeProviders = (ids: readonly string[]): readonly ActiveProvider[] =>
  catalogue.map((entry) => {
    const ready = ids.includes(entry.id);
    return {
      entry,
      keySource: { kind: 'none' },
      timeouts,
      ready,
      ...(ready ? {} : { reason: 'it has no key; set KEY.' }),
    };
  });

const found = (name: string, naming: Naming) => {
  const resolution = resolveModel(name, naming, { today });
  return resolution.kind === 'found' ? `${resolution.provider.entry.id} → ${resolution.model}` : resolution.kind;
};

describe('a name finds', () => {
  const providers = withReady('openai', 'anthropic', 'gemini', 'groq', 'openrouter', 'ollama', 'cerebras', 'demo');

  test.each([
    ['openai/gpt-5', 'openai → gpt-5'],
    ['openai/some-new-model', 'openai → some-new-model'],
    ['google/gemini-3-flash-preview', 'gemini → gemini-3-flash-preview'],
    ['openrouter/anthropic/claude-sonnet-5', 'openrouter → anthropic/claude-sonnet-5'],
    ['groq/openai/gpt-oss-120b', 'groq → openai/gpt-oss-120b'],
    ['ollama/llama3.2:3b', 'ollama → llama3.2:3b'],
    ['openai/ft:gpt-4o-mini:acme::abc', 'openai → ft:gpt-4o-mini:acme::abc'],
    ['claude-sonnet-4-5-20250929', 'anthropic → claude-sonnet-4-5-20250929'],
    ['gpt-5.1-2025-11-13', 'openai → gpt-5.1-2025-11-13'],
    ['o3', 'openai → o3'],
    ['models/gemini-2.5-pro', 'gemini → gemini-2.5-pro'],
    ['models/openai/gpt-5', 'openai → gpt-5'],
    ['llama-3.3-70b-versatile', 'groq → llama-3.3-70b-versatile'],
    ['gpt-oss-120b', 'cerebras → gpt-oss-120b'],
    ['demo/echo', 'demo → echo'],
  ])('%s', (name, expected) => {
    expect(found(name, providers)).toBe(expected);
  });
});

describe('another name of a provider', () => {
  test('works before the slash', () => {
    expect(found('together_ai/some-model', withReady('together'))).toBe('together → some-model');
    expect(found('x-ai/grok-4', withReady('xai'))).toBe('xai → grok-4');
  });

  test('gives way to a model whose own name begins with it', () => {
    expect(found('moonshotai/Kimi-K2.6', withReady('together'))).toBe('together → moonshotai/Kimi-K2.6');
    expect(found('moonshotai/kimi-k2.5', withReady('together', 'moonshot'))).toBe('moonshot → kimi-k2.5');
  });

  test('of a provider that is not set up says so', () => {
    expect(found('together_ai/some-model', withReady('openai'))).toBe('not-configured');
  });
});

describe('a name that finds nothing', () => {
  const providers = withReady('openai', 'demo');

  test('of a known provider that is not set up says what to set', () => {
    expect(resolveModel('anthropic/claude-opus-4-8', providers, { today })).toMatchObject({
      kind: 'not-configured',
      message: expect.stringContaining('Anthropic is not set up: it has no key; set KEY.'),
    });
    expect(found('claude-opus-4-8', providers)).toBe('not-configured');
  });

  test('of an unknown provider gets the nearest names', () => {
    expect(resolveModel('opnai/gpt5', providers, { today })).toMatchObject({
      kind: 'unknown-provider',
      nearest: ['openai/gpt-5', expect.any(String), expect.any(String)],
    });
  });

  test('without a provider is compared by the model alone', () => {
    expect(resolveModel('gtp-5-mni', providers, { today })).toMatchObject({
      nearest: ['openai/gpt-5-mini', expect.any(String), expect.any(String)],
    });
  });

  test('of a closed provider is refused', () => {
    expect(found('demo/eco', providers)).toBe('unknown-model');
    expect(found('openai/', providers)).toBe('unknown-model');
    expect(found('', providers)).toBe('unknown-model');
  });

  test('that several providers list must say which', () => {
    const several = withReady('together', 'deepinfra');
    expect(resolveModel('zai-org/GLM-5.2', several, { today })).toMatchObject({
      kind: 'unknown-model',
      nearest: ['together/zai-org/GLM-5.2', 'deepinfra/zai-org/GLM-5.2'],
      message:
        'More than one provider has a model "zai-org/GLM-5.2". Name the provider too: "together/zai-org/GLM-5.2", "deepinfra/zai-org/GLM-5.2".',
    });
  });

  test('and is very long costs little and is not repeated whole', () => {
    const resolution = resolveModel('x'.repeat(1_000_000), providers, { today });
    expect(resolution.kind === 'found' ? '' : resolution.message.length).toBeLessThan(400);
  });
});

test('listed models are those of ready providers', () => {
  expect(listedModels(withReady('demo'), today)).toEqual(['demo/echo', 'demo/embedding']);
});

describe('with the catalogue of models', () => {
  const knowing = (...ids: string[]): Naming => ({ ...withReady(...ids), models: shippedModels });
  const makers = knowing('openai', 'anthropic', 'gemini', 'xai', 'openrouter', 'groq', 'together');

  test.each([
    ['anthropic/claude-sonnet-4.5', 'anthropic → claude-sonnet-4-5'],
    ['claude-4.5-sonnet', 'anthropic → claude-sonnet-4-5'],
    ['google/gemini-2.5-pro', 'gemini → gemini-2.5-pro'],
    ['x-ai/grok-4.3', 'xai → grok-4.3'],
    ['openrouter/anthropic/claude-sonnet-4-5', 'openrouter → anthropic/claude-sonnet-4.5'],
    ['openrouter/anthropic/claude-sonnet-4.5:free', 'openrouter → anthropic/claude-sonnet-4.5:free'],
    ['openai/gpt-9-preview', 'openai → gpt-9-preview'],
    ['openai/gpt-5.4:nitro', 'openai → gpt-5.4:nitro'],
    ['~anthropic/claude-sonnet-latest', 'anthropic → claude-sonnet-5'],
    ['~anthropic/claude-opus-latest', 'anthropic → claude-opus-4-8'],
    ['~google/gemini-flash-latest', 'gemini → gemini-3.5-flash'],
    ['~openai/gpt-mini-latest', 'openai → gpt-5.4-mini'],
    ['~openai/gpt-latest', 'openai → gpt-5.5'],
    ['anthropic/claude-3-opus-latest', 'anthropic → claude-opus-4-8'],
    ['claude-3-7-sonnet-latest', 'anthropic → claude-sonnet-4-6'],
  ])('%s leads to %s', (name, expected) => {
    expect(found(name, makers)).toBe(expected);
  });

  test("a host's own name of a model is found bare when it alone has it", () => {
    expect(found('meta-llama/llama-3.3-70b-instruct', knowing('openrouter'))).toBe(
      'openrouter → meta-llama/llama-3.3-70b-instruct',
    );
    expect(found('claude-sonnet-4.5', knowing('openrouter'))).toBe('openrouter → anthropic/claude-sonnet-4.5');
    expect(found('google/gemini-2.5-pro', knowing('openrouter'))).toBe('openrouter → google/gemini-2.5-pro');
    expect(found('~anthropic/claude-sonnet-latest', knowing('openrouter'))).toBe(
      'openrouter → anthropic/claude-sonnet-5',
    );
  });

  test('a provider that is named is never replaced by a host', () => {
    expect(found('anthropic/claude-sonnet-4.5', knowing('openrouter'))).toBe('not-configured');
  });

  test('the maker wins over hosts, and among hosts alone one must be named', () => {
    expect(found('deepseek-chat', knowing('deepseek', '302ai'))).toBe('deepseek → deepseek-chat');
    expect(found('gpt-4o', knowing('302ai', 'vivgrid', 'openai'))).toBe('openai → gpt-4o');
    expect(found('gpt-4o', knowing('302ai'))).toBe('302ai → gpt-4o');
    expect(found('gpt-4o', knowing('302ai', 'helicone'))).toBe('unknown-model');
  });

  test('a head that is no maker of it does not lead to it', () => {
    expect(found('openai2/gpt-4o', makers)).toBe('unknown-provider');
    expect(found('anthropic2/claude-sonnet-4.5', makers)).toBe('unknown-provider');
  });

  test("the operator's names come before all others", () => {
    const naming: Naming = {
      ...makers,
      aliases: { 'gpt-5': 'anthropic/claude-sonnet-5', 'c/*': 'anthropic/claude-*' },
    };
    expect(found('gpt-5', naming)).toBe('anthropic → claude-sonnet-5');
    expect(found('c/opus-4.8', naming)).toBe('anthropic → claude-opus-4-8');
  });

  test('an unknown family is told with what is near', () => {
    expect(resolveModel('~anthropic/claude-sonet-latest', makers, { today })).toMatchObject({
      kind: 'unknown-model',
      message: expect.stringContaining('No ready provider has a model of the family'),
      nearest: [expect.stringContaining('claude-sonnet'), expect.any(String), expect.any(String)],
    });
  });

  test('what is retired is not listed, and what retires later is', () => {
    const listed = listedModels(makers, today);
    expect(listed).not.toContain('anthropic/claude-opus-4-1');
    expect(listed).toContain('anthropic/claude-opus-4-8');
    expect(listedModels(makers, '2026-08-01')).toContain('anthropic/claude-opus-4-1');
  });

  test('what a provider cannot be asked for is not listed', () => {
    expect(listedModels(makers, today).filter((name) => /dall-e|whisper|tts-1/.test(name))).toEqual([]);
  });

  test("the operator's list of models is all that is listed, with * for what the catalogue has", () => {
    const [openai] = makers.providers.filter(({ entry }) => entry.id === 'openai');
    if (openai === undefined) throw new Error('no openai');
    const chosen = { ...openai, modelsChosen: true, entry: { ...openai.entry, models: ['mine', 'gpt-5.5*'] } };
    expect(listedModels({ ...makers, providers: [chosen] }, today)).toEqual([
      'openai/mine',
      'openai/gpt-5.5',
      'openai/gpt-5.5-pro',
    ]);
  });
});
