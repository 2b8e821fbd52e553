import { describe, expect, test } from 'bun:test';
import { applyEdits } from '../json/edit.ts';
import type { JsonObject } from '../json/json.ts';
import { type QuirkId, quirks } from './quirks.ts';

const after = (id: QuirkId, body: JsonObject): JsonObject => applyEdits(body, quirks[id].edits(body));

describe('max-tokens-old-name', () => {
  test('renames the newer member in its place', () => {
    const body = after('max-tokens-old-name', { model: 'm', max_completion_tokens: 5, stream: true });
    expect(JSON.stringify(body)).toBe('{"model":"m","max_tokens":5,"stream":true}');
  });

  test('leaves a body without it alone', () => {
    expect(quirks['max-tokens-old-name'].edits({ max_tokens: 5 })).toEqual([]);
  });
});

test('developer-as-system changes the role of every developer turn and of no other', () => {
  const messages = ['developer', 'user', 'developer'].map((role) => ({ role, content: 'x' }));
  expect(after('developer-as-system', { messages })['messages']).toEqual([
    { role: 'system', content: 'x' },
    { role: 'user', content: 'x' },
    { role: 'system', content: 'x' },
  ]);
});

test('no-stream-options removes them', () => {
  expect(after('no-stream-options', { stream: true, stream_options: { include_usage: true } })).toEqual({
    stream: true,
  });
});

describe('Anthropic behind another door', () => {
  const body = { model: 'claude-x', max_tokens: 1, stream: true, messages: [] };

  test('on Vertex the model is in the path and the version in the body', () => {
    expect(after('anthropic-on-vertex', body)).toEqual({
      max_tokens: 1,
      stream: true,
      messages: [],
      anthropic_version: 'vertex-2023-10-16',
    });
  });

  test('on Bedrock the path tells a stream too', () => {
    expect(after('anthropic-on-bedrock', body)).toEqual({
      max_tokens: 1,
      messages: [],
      anthropic_version: 'bedrock-2023-05-31',
    });
  });
});

test('flat-count-tokens lifts a whole request out, without the members Vertex does not count', () => {
  const contents = [{ role: 'user', parts: [{ text: 'x' }] }];
  const generateContentRequest = { model: 'models/m', contents, toolConfig: {} };
  expect(after('flat-count-tokens', { generateContentRequest })).toEqual({ contents });
  expect(quirks['flat-count-tokens'].edits({ contents })).toEqual([]);
});

test.each(Object.entries(quirks))('%s does nothing to a body of the wrong shape', (_, quirk) => {
  expect(quirk.edits({ messages: 'none' })).toEqual([]);
  expect(quirk.edits({ messages: [null, 3] })).toEqual([]);
});
