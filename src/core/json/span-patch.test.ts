import { expect, test } from 'bun:test';
import { applyEdits, type Edit } from './edit.ts';
import type { JsonObject } from './json.ts';
import { patchJson } from './span-patch.ts';

const patch = (text: string, edits: readonly Edit[]): string =>
  new TextDecoder().decode(patchJson(new TextEncoder().encode(text), edits));

test('a member is replaced and every other byte stays', () => {
  const text = '{ "model" : "openai/gpt" ,\n "n": 1.0, "x": [1e2, "a\\"b"] }';
  expect(patch(text, [{ op: 'set', path: ['model'], value: 'gpt' }])).toBe(
    '{ "model" : "gpt" ,\n "n": 1.0, "x": [1e2, "a\\"b"] }',
  );
});

test('a member written twice is edited in both places', () => {
  expect(patch('{"model":"a","model":"b"}', [{ op: 'set', path: ['model'], value: 'c' }])).toBe(
    '{"model":"c","model":"c"}',
  );
});

test('an escaped key is the same key', () => {
  expect(patch('{"\\u006dodel":"a"}', [{ op: 'set', path: ['model'], value: 'c' }])).toBe('{"\\u006dodel":"c"}');
});

test.each([
  ['{}', [{ op: 'set', path: ['a'], value: 1 }]],
  ['{"a":1}', [{ op: 'set', path: ['b'], value: { c: 1 } }]],
  ['{"a":1,"b":2,"c":3}', [{ op: 'remove', path: ['a'] }]],
  ['{"a":1,"b":2,"c":3}', [{ op: 'remove', path: ['b'] }]],
  ['{"a":1,"b":2,"c":3}', [{ op: 'remove', path: ['c'] }]],
  [
    '{"a":1,"b":2,"c":3}',
    [
      { op: 'remove', path: ['c'] },
      { op: 'set', path: ['d'], value: [] },
    ],
  ],
  [
    '{"a":1}',
    [
      { op: 'remove', path: ['a'] },
      { op: 'set', path: ['d'], value: null },
    ],
  ],
  [
    '{"a":1,"b":2}',
    [
      { op: 'remove', path: ['a'] },
      { op: 'remove', path: ['b'] },
    ],
  ],
  ['{"a":{"b":[{"c":1},{"c":2}]}}', [{ op: 'set', path: ['a', 'b', 1, 'c'], value: 'x' }]],
  ['{"a":{"b":[1, 2 ,3]}}', [{ op: 'remove', path: ['a', 'b', 1] }]],
  ['{"a":{"b":[1, 2 ,3]}}', [{ op: 'remove', path: ['a', 'b', 2] }]],
  ['{"a":{"b":[1]}}', [{ op: 'remove', path: ['a', 'b', 0] }]],
  [
    '{"a":{"x":1}}',
    [
      { op: 'set', path: ['a', 'y'], value: true },
      { op: 'rename', path: ['a', 'x'], to: 'z' },
    ],
  ],
  ['{"a":1,"b":{"c":2}}', [{ op: 'rename', path: ['a'], to: 'q' }]],
] as const)('%s patched means what applyEdits says', (text, edits) => {
  const expected = applyEdits(JSON.parse(text) as JsonObject, edits as readonly Edit[]);
  expect(JSON.parse(patch(text, edits as readonly Edit[]))).toEqual(expected);
});

test('a name that is taken gives way to the member that gets it, in the bytes as in the value', () => {
  const text = '{"max_tokens": 1, "n":2 ,"max_completion_tokens":3}';
  const edits: readonly Edit[] = [{ op: 'rename', path: ['max_completion_tokens'], to: 'max_tokens' }];
  const bytes = patchJson(new TextEncoder().encode(text), edits);
  expect(new TextDecoder().decode(bytes)).toBe('{"n":2 ,"max_tokens":3}');
  expect(applyEdits(JSON.parse(text) as JsonObject, edits)).toEqual({ n: 2, max_tokens: 3 });
});
