import { describe, expect, test } from 'bun:test';
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
  ['//v1/chat/completions', 'openai-chat', 'chat'],
  ['/v1/v1/messages', 'anthropic-messages', 'chat'],
  ['/v1//messages', 'anthropic-messages', 'chat'],
  ['/v1/completions', 'openai-completions', 'chat'],
  ['/v1/responses', 'openai-responses', 'chat'],
  ['/v1/responses/input_tokens', 'openai-responses', 'count-tokens'],
  ['/v1/responses/compact', 'openai-responses', 'compact'],
  ['/v1/embeddings', 'openai-chat', 'embeddings'],
  ['/api/chat', 'ollama', 'chat'],
  ['/api/generate', 'ollama-generate', 'chat'],
  ['/api/embed', 'ollama', 'embeddings'],
  ['/api/embeddings', 'ollama-generate', 'embeddings'],
  ['/v1/chat', 'cohere-v1', 'chat'],
  ['/v2/chat', 'cohere', 'chat'],
  ['/v2/embed', 'cohere', 'embeddings'],
  ['/v2/rerank', 'cohere', 'rerank'],
  ['/v1/rerank', 'jina', 'rerank'],
  ['/rerank', 'jina', 'rerank'],
  ['/v1/moderations', 'openai-chat', 'moderations'],
  ['/v1/messages', 'anthropic-messages', 'chat'],
  ['/v1/messages/count_tokens', 'anthropic-messages', 'count-tokens'],
  ['/v1beta/models/a:countTokens', 'gemini', 'count-tokens'],
  ['/api/v1beta/models/a:countTokens', 'gemini', 'count-tokens'],
  ['/v1beta/models/a:batchEmbedContents', 'gemini', 'embeddings'],
] as const)('%s is the door of %s for %s', (path, dialect, operation) => {
  expect(doorAt(path)).toMatchObject({ request: dialect, reply: dialect, operation });
});

test("OpenRouter's paths are its face, others are not", () => {
  expect(doorAt('/api/v1/chat/completions')?.skin).toBe('openrouter');
  expect(doorAt('/api/v1/messages/')?.skin).toBe('openrouter');
  expect(doorAt('/v1/chat/completions')?.skin).toBe('plain');
  expect(doorAt('/api/chat')?.skin).toBe('plain');
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
  expect(findDoor('GET', '/v1/responses/resp_1', '')).toEqual({
    kind: 'held-answer',
    asked: { method: 'GET', id: 'resp_1', rest: '' },
  });
});

describe('paths of clouds', () => {
  const modelIn = (path: string, query = '') => {
    const door = doorAt(path, query);
    const [edit] = door?.bodyEdits ?? [];
    return [door?.request, door?.operation, edit?.op === 'set' ? edit.value : door?.model];
  };

  test.each([
    ['/openai/deployments/gpt-4o/chat/completions', 'openai-chat', 'chat', 'gpt-4o'],
    ['/openai/deployments/openai/gpt-4o/chat/completions', 'openai-chat', 'chat', 'openai/gpt-4o'],
    ['/openai/deployments/a%2Fb/completions', 'openai-completions', 'chat', 'a/b'],
    ['/openai/deployments/d/embeddings', 'openai-chat', 'embeddings', 'd'],
    ['/openai/deployments/d/responses', 'openai-responses', 'chat', 'd'],
    ['/v1/engines/d/chat/completions', 'openai-chat', 'chat', 'd'],
  ] as const)('%s names its deployment', (path, dialect, operation, model) => {
    expect(modelIn(path, 'api-version=2024-10-21')).toEqual([dialect, operation, model]);
  });

  test.each([
    ['/openai/v1/chat/completions', 'openai-chat'],
    ['/openai/v1/responses', 'openai-responses'],
    ['/openai/responses', 'openai-responses'],
    ['/anthropic/v1/messages', 'anthropic-messages'],
  ] as const)('%s is the usual door', (path, dialect) => {
    expect(doorAt(path)).toMatchObject({ request: dialect });
    expect(doorAt(path)?.bodyEdits).toBeUndefined();
  });

  const vertex = '/v1beta1/projects/p/locations/global';
  test.each([
    [`${vertex}/publishers/google/models/gemini-2.5-pro:generateContent`, 'gemini', 'chat', 'gemini-2.5-pro'],
    [`${vertex}/publishers/openai/models/gpt-4o:streamGenerateContent`, 'gemini', 'chat', 'openai/gpt-4o'],
    [`${vertex}/models/a/b/c:generateContent`, 'gemini', 'chat', 'a/b/c'],
    ['/v1/publishers/google/models/m:countTokens', 'gemini', 'count-tokens', 'm'],
    [`${vertex}/publishers/anthropic/models/claude-x@1:streamRawPredict`, 'anthropic-messages', 'chat', 'claude-x@1'],
    [`${vertex}/publishers/anthropic/models/count-tokens:rawPredict`, 'anthropic-messages', 'count-tokens', undefined],
  ] as const)('%s is a door of %s', (path, dialect, operation, model) => {
    expect(modelIn(path)).toEqual([dialect, operation, model]);
  });

  test('models are listed where clients of a cloud look', () => {
    expect(findDoor('GET', '/openai/v1/models', '')).toEqual({ kind: 'models', shape: 'openai' });
    expect(findDoor('GET', '/openai/models', 'api-version=1')).toEqual({ kind: 'models', shape: 'openai' });
  });

  test('a wrong method and an unknown end are told as everywhere', () => {
    expect(findDoor('GET', '/openai/deployments/d/chat/completions', '')).toMatchObject({ kind: 'wrong-method' });
    expect(findDoor('POST', '/openai/deployments/d/images/generations', '')).toBeUndefined();
  });
});

test("the doors of a local model server's clients write lines, and answer what those clients look for", () => {
  expect(doorAt('/api/chat')?.framing).toBe('ndjson');
  expect(findDoor('GET', '/api/tags', '')).toEqual({ kind: 'local-models', asks: 'tags' });
  expect(findDoor('HEAD', '/api/version', '')).toEqual({ kind: 'local-models', asks: 'version' });
  expect(findDoor('POST', '/api/show', '')).toEqual({ kind: 'local-models', asks: 'show' });
  expect(findDoor('POST', '/api/tags', '')).toEqual({ kind: 'wrong-method', allow: 'GET', dialect: 'ollama' });
  expect(findDoor('POST', '/api/pull', '')).toBeUndefined();
});
