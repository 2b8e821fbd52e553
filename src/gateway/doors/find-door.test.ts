import { expect, test } from 'bun:test';
import { findDoor } from './find-door.ts';

const doorAt = (path: string, query = '') => {
  const place = findDoor('POST', path, query);
  return place?.kind === 'door' ? place.door : undefined;
};

test.each([
  ['/v1/chat/completions', 'openai-chat', 'chat'],
  ['/chat/completions', 'openai-chat', 'chat'],
  ['/api/v1/chat/completions', 'openai-chat', 'chat'],
  ['/v1/chat/completions/', 'openai-chat', 'chat'],
  ['/v1/completions', 'openai-completions', 'chat'],
  ['/v1/responses', 'openai-responses', 'chat'],
  ['/v1/responses/input_tokens', 'openai-responses', 'count-tokens'],
  ['/v1/responses/compact', 'openai-responses', 'compact'],
  ['/v1/embeddings', 'openai-chat', 'embeddings'],
  ['/v1/messages', 'anthropic-messages', 'chat'],
  ['/v1/messages/count_tokens', 'anthropic-messages', 'count-tokens'],
  ['/v1beta/models/a:countTokens', 'gemini', 'count-tokens'],
  ['/v1beta/models/a:batchEmbedContents', 'gemini', 'embeddings'],
] as const)('%s is the door of %s for %s', (path, dialect, operation) => {
  expect(doorAt(path)).toMatchObject({ request: dialect, reply: dialect, operation });
});

test('Gemini names model and streaming in the path; slashes and colons in the model survive', () => {
  expect(doorAt('/v1beta/models/openai/gpt-4o:free:streamGenerateContent', 'alt=sse')).toMatchObject({
    model: 'openai/gpt-4o:free',
    stream: true,
    framing: 'sse',
  });
  expect(doorAt('/v1beta/models/a%2Fb:streamGenerateContent')).toMatchObject({ model: 'a/b', framing: 'json-array' });
});

test('the Cursor base path opens a door that takes Responses-shaped bodies', () => {
  expect(doorAt('/cursor/v1/chat/completions')).toMatchObject({ request: 'openai-chat', mixed: true });
  expect(doorAt('/cursor/chat/completions')?.mixed).toBe(true);
  expect(doorAt('/v1/chat/completions')?.mixed).toBeUndefined();
});

test('model lists and single models, with slashes in the name', () => {
  expect(findDoor('GET', '/v1/models', '')).toEqual({ kind: 'models', shape: 'openai' });
  expect(findDoor('GET', '/models/openai/gpt-4o', '')).toEqual({
    kind: 'models',
    shape: 'openai',
    model: 'openai/gpt-4o',
  });
  expect(findDoor('GET', '/v1beta/models', '')).toEqual({ kind: 'models', shape: 'gemini' });
});

test('a wrong method says which one is right, an unknown path leads nowhere', () => {
  expect(findDoor('GET', '/v1/messages', '')).toEqual({
    kind: 'wrong-method',
    allow: 'POST',
    dialect: 'anthropic-messages',
  });
  expect(findDoor('POST', '/v1/nothing', '')).toBeUndefined();
  expect(findDoor('GET', '/v1/responses/resp_1', '')).toEqual({ kind: 'held-answer' });
});
