import { expect, test } from 'bun:test';
import { encodeInputTokens, openaiResponses } from './index.ts';

test('a count of input tokens is an object of its own', () => {
  expect(encodeInputTokens(12)).toEqual({ object: 'response.input_tokens', input_tokens: 12 });
});

test.each([
  ['maxOutputTokens', 'max_output_tokens'],
  ['extras.truncation', 'truncation'],
  ['output', 'text.format'],
  ['turns[2].blocks[0].cache', 'input.prompt_cache_breakpoint'],
  ['turns[2].name', 'input.name'],
  ['turns[1].blocks[0]', 'input'],
  ['seed', 'seed'],
])('a loss of %s is told as %s', (field, name) => {
  expect(openaiResponses.chat?.door.clientField(field)).toBe(name);
});
