import { expect, test } from 'bun:test';
import type { JsonObject } from '../../../json/json.ts';
import { readUsage } from './usage.ts';

const shapes: readonly (readonly [string, JsonObject, JsonObject])[] = [
  ['plain sums', { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }, { inputTokens: 3, outputTokens: 2 }],
  [
    'details; null is not reported',
    {
      prompt_tokens: 3,
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: 1, audio_tokens: null, cache_write_tokens: 2 },
      completion_tokens_details: { reasoning_tokens: 1, audio_tokens: 1 },
    },
    {
      inputTokens: 3,
      outputTokens: 2,
      cacheReadTokens: 1,
      cacheWriteTokens: 2,
      reasoningTokens: 1,
      audioOutputTokens: 1,
    },
  ],
  [
    'cache hits beside the sums',
    { prompt_tokens: 9, completion_tokens: 2, prompt_cache_hit_tokens: 8 },
    { inputTokens: 9, outputTokens: 2, cacheReadTokens: 8 },
  ],
  [
    'cached_tokens at the top',
    { prompt_tokens: 9, completion_tokens: 2, cached_tokens: 8 },
    { inputTokens: 9, outputTokens: 2, cacheReadTokens: 8 },
  ],
  [
    'reasoning counted beside the completion',
    {
      prompt_tokens: 30,
      completion_tokens: 2,
      total_tokens: 132,
      completion_tokens_details: { reasoning_tokens: 100 },
    },
    { inputTokens: 30, outputTokens: 102, reasoningTokens: 100 },
  ],
  [
    'reasoning counted in the completion',
    {
      prompt_tokens: 30,
      completion_tokens: 102,
      total_tokens: 132,
      completion_tokens_details: { reasoning_tokens: 100 },
    },
    { inputTokens: 30, outputTokens: 102, reasoningTokens: 100 },
  ],
  [
    'cache counted beside the prompt',
    { prompt_tokens: 10, completion_tokens: 2, total_tokens: 62, cache_read_input_tokens: 50 },
    { inputTokens: 60, outputTokens: 2, cacheReadTokens: 50 },
  ],
  [
    'writes by lifetime',
    {
      prompt_tokens: 60,
      completion_tokens: 2,
      cache_creation_input_tokens: 50,
      cache_creation: { ephemeral_1h_input_tokens: 20 },
    },
    { inputTokens: 60, outputTokens: 2, cacheWriteTokens: 50, cacheWriteOneHourTokens: 20 },
  ],
];

test.each(shapes)('%s', (_, wire, expected) => {
  expect(readUsage(wire)).toEqual({ ...expected, wire: { dialect: 'openai-chat', value: wire } } as never);
});

test('a usage that counts nothing is none', () => {
  expect([readUsage({}), readUsage(null), readUsage({ cost: 1 })]).toEqual([undefined, undefined, undefined]);
});
