import { expect, test } from 'bun:test';
import { dialects } from '../dialects/index.ts';
import { saysTooLong } from './context-window.ts';
import { GatewayError } from './gateway-error.ts';

test.each([
  'prompt is too long: 210000 tokens > 200000 maximum',
  "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
  'Your input exceeds the context window of this model. Please adjust your input and try again.',
  'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
  'the input length exceeds the context length',
  'Input is too long for requested model.',
  'request (9000 tokens) exceeds the available context size (8192 tokens)',
  'too many tokens: size limit exceeded by 12 tokens',
])('%s', (message) => {
  expect(saysTooLong({ status: 400, message })).toBe(true);
});

test.each([
  ['Rate limit reached: too many tokens per minute.', 429],
  ['The request was not valid.', 400],
  ['max_tokens is too large', 400],
])('not: %s', (message, status) => {
  expect(saysTooLong({ status, message })).toBe(false);
});

test("each format's clients read it in their own words, with the provider's behind", () => {
  const message = 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).';
  const error = new GatewayError('upstream_refused', message, { status: 400, upstream: { status: 400, message } });
  const told = (id: 'openai-chat' | 'openai-responses' | 'anthropic-messages') => dialects[id].encodeError(error, 'r');
  expect(told('openai-chat')).toMatchObject({ error: { code: 'context_length_exceeded', message } });
  expect(told('openai-responses')).toMatchObject({ error: { code: 'context_length_exceeded', message } });
  expect(told('anthropic-messages')).toMatchObject({ error: { message: `prompt is too long: ${message}` } });
});
