import { describe, expect, test } from 'bun:test';
import { applyEdits } from '../json/edit.ts';
import type { JsonObject } from '../json/json.ts';
import { patchJson } from '../json/span-patch.ts';
import { type ModelSettings, settingEdits, settingsOf } from './model-settings.ts';

const nothing: ModelSettings = { models: ['*'], defaults: {}, overrides: {}, dropParams: [] };

describe('patterns', () => {
  test.each([
    ['openai/gpt-4o*', 'openai', 'gpt-4o-mini', true],
    ['openai/gpt-4o', 'openai', 'gpt-4o-mini', false],
    ['*', 'any', 'thing', true],
    ['*/llama-*-instruct', 'groq', 'meta/llama-3-8b-instruct', true],
    ['a*a', 'a', '', false],
    ['groq/*b*b', 'groq', 'b', false],
  ])('%s over %s/%s: %p', (pattern, provider, model, fits) => {
    expect(settingsOf([{ ...nothing, models: [pattern] }], provider, model) !== undefined).toBe(fits);
  });

  test('the later settings win, name by name, and drops add up', () => {
    const all = [
      { ...nothing, defaults: { temperature: 1, top_p: 0.5 }, dropParams: ['seed'] },
      { ...nothing, models: ['openai/*'], defaults: { temperature: 0 }, dropParams: ['seed', 'user'] },
    ];
    expect(settingsOf(all, 'openai', 'm')).toMatchObject({
      defaults: { temperature: 0, top_p: 0.5 },
      dropParams: ['seed', 'user'],
    });
  });
});

/** The outcome, which must be the same in the client's bytes and in the parsed body. */
const outcome = (settings: Partial<ModelSettings>, dialect: Parameters<typeof settingEdits>[1], body: JsonObject) => {
  const { edits, losses } = settingEdits({ ...nothing, ...settings }, dialect, body);
  const applied = applyEdits(body, edits);
  const patched = patchJson(new TextEncoder().encode(JSON.stringify(body)), edits);
  expect(JSON.parse(new TextDecoder().decode(patched))).toEqual(applied);
  return { body: applied, warnings: losses.map(({ field, action }) => `${action} ${field}`) };
};

test('a default fills what the client left out, under any of the names it may have used', () => {
  const defaults = { temperature: 0.2, max_tokens: 100 };
  expect(outcome({ defaults }, 'openai-chat', { model: 'm' })).toEqual({
    body: { model: 'm', temperature: 0.2, max_tokens: 100 },
    warnings: [],
  });
  expect(outcome({ defaults }, 'openai-chat', { temperature: 0, max_completion_tokens: 5 }).body).toEqual({
    temperature: 0,
    max_completion_tokens: 5,
  });
});

test('names stand where the dialect has them, and a parameter it lacks is left out', () => {
  const defaults = { temperature: 0.2, stop: ['x'], seed: 1, reasoning_effort: 'low', own: true };
  expect(outcome({ defaults }, 'gemini', {}).body).toEqual({
    generationConfig: { temperature: 0.2, stopSequences: ['x'], seed: 1 },
    own: true,
  });
  expect(outcome({ defaults }, 'openai-responses', { reasoning: { summary: 'auto' } }).body).toEqual({
    reasoning: { summary: 'auto', effort: 'low' },
    temperature: 0.2,
    own: true,
  });
});

test('what is set stands where Converse and the older formats have it, and what has no place there is told', () => {
  const overrides = { temperature: 0.5, max_tokens: 7, stop: ['x'], top_p: 0.9, seed: 3 };
  expect(outcome({ overrides }, 'bedrock-converse', { inferenceConfig: { maxTokens: 9 } })).toEqual({
    body: { inferenceConfig: { maxTokens: 7, temperature: 0.5, stopSequences: ['x'], topP: 0.9 } },
    warnings: ['changed max_tokens', 'dropped seed'],
  });
  expect(outcome({ overrides }, 'cohere-v1', { p: 0.1 }).body).toEqual({
    temperature: 0.5,
    max_tokens: 7,
    stop_sequences: ['x'],
    p: 0.9,
    seed: 3,
  });
  expect(outcome({ overrides: { max_tokens: 7 } }, 'ollama-generate', {}).body).toEqual({
    options: { num_predict: 7 },
  });
});

test('an override replaces what the client said, in the place the client used, and says so', () => {
  const overrides = { max_tokens: 10, temperature: 1 };
  expect(outcome({ overrides }, 'openai-chat', { max_completion_tokens: 99, temperature: 1 })).toEqual({
    body: { max_completion_tokens: 10, temperature: 1 },
    warnings: ['changed max_tokens'],
  });
  expect(outcome({ overrides }, 'anthropic-messages', {})).toEqual({ body: overrides, warnings: [] });
});

test('a dropped parameter goes from every place it may stand in, and a default may then fill it', () => {
  const body = { max_tokens: 1, max_completion_tokens: 2, seed: 3 };
  expect(outcome({ dropParams: ['max_tokens', 'user'], defaults: { max_tokens: 7 } }, 'openai-chat', body)).toEqual({
    body: { seed: 3, max_tokens: 7 },
    warnings: ['dropped max_tokens'],
  });
});
