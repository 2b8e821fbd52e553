import { expect, test } from 'bun:test';
import { catalogue } from './catalogue.ts';
import { mannersOf } from './model-manners.ts';
import type { ModelInfo } from './models/model-info.ts';
import { shippedModels } from './models/models.fixture.ts';

const entryOf = (id: string) => {
  const entry = catalogue.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new Error(`no ${id}`);
  return entry;
};

const known: ModelInfo = {
  provider: 'openrouter',
  id: 'anthropic/claude-next',
  title: 'Next',
  mode: 'chat',
  inputModalities: ['text'],
  outputModalities: ['text'],
  parameters: [],
};

test('the longest output is known for models no pattern speaks of', () => {
  const info = shippedModels.find('openrouter', 'anthropic/claude-sonnet-4.5');
  expect(mannersOf(entryOf('openrouter'), 'anthropic/claude-sonnet-4.5', info).maxOutputTokens).toBe(64_000);
});

test('what a pattern says of the longest output wins', () => {
  const info: ModelInfo = { ...known, maxOutputTokens: 5 };
  expect(mannersOf(entryOf('anthropic'), 'claude-opus-4-5', info).maxOutputTokens).toBe(64_000);
});

test('an output as long as the context is no limit to ask for', () => {
  const info: ModelInfo = { ...known, contextTokens: 100, maxOutputTokens: 100 };
  expect(mannersOf(entryOf('openrouter'), info.id, info).maxOutputTokens).toBeUndefined();
  expect(mannersOf(entryOf('openrouter'), info.id, { ...info, maxOutputTokens: 50 }).maxOutputTokens).toBe(50);
});

test.each([
  ['anthropic', { efforts: ['low', 'high'] }, ['adaptive-thinking']],
  ['google', { efforts: ['low', 'high'] }, ['thinking-levels']],
  ['openai', { efforts: ['low', 'high'] }, []],
  ['anthropic', { efforts: ['low'], budget: { minTokens: 1024 } }, []],
  ['anthropic', {}, []],
] as const)('a model of %s that thinks by %j is asked so on every host', (author, reasoning, traits) => {
  const info: ModelInfo = { ...known, author, reasoning };
  expect([...mannersOf(entryOf('together'), info.id, info).traits]).toEqual([...traits]);
});
