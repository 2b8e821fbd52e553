import { expect, test } from 'bun:test';
import { isOpenrouterQuestion } from './openrouter-face.ts';

const asks = (path: string, header?: string): boolean =>
  isOpenrouterQuestion({ path, method: 'GET', query: '', header: (name) => (name === header ? 'x' : undefined) });

test('the list of models is another maker’s where its client asks, and nothing else is', () => {
  expect(asks('/api/v1/models')).toBe(true);
  expect(asks('/api/v1/models', 'x-goog-api-key')).toBe(false);
  expect(asks('/api/v1/models', 'anthropic-version')).toBe(false);
  expect(asks('/api/v1/models/', 'anthropic-version')).toBe(false);
  expect(asks('/api/v1/models/user', 'x-goog-api-key')).toBe(true);
  expect(asks('/api/v1/models/openai/gpt-5/endpoints', 'x-goog-api-key')).toBe(true);
  expect(asks('/api/v1/chat/completions')).toBe(false);
});
