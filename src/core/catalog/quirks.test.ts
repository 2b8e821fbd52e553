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

test.each(Object.entries(quirks))('%s does nothing to a body of the wrong shape', (_, quirk) => {
  expect(quirk.edits({ messages: 'none' })).toEqual([]);
  expect(quirk.edits({ messages: [null, 3] })).toEqual([]);
});
