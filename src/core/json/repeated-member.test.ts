import { expect, test } from 'bun:test';
import { repeatedMember } from './repeated-member.ts';

test.each([
  ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}],"d":"a"}', undefined],
  ['{"a":1,"b":2,"a":3}', 'a'],
  ['{"a":1,"\\u0061":3}', 'a'],
  ['{"x":[{"y":{"a" : 1, "a":"}"}}]}', 'a'],
  ['{"a":"\\"a\\":1","b":"a"}', undefined],
  ['[["a","a"],"a"]', undefined],
])('%s repeats %p', (json, name) => {
  expect(repeatedMember(new TextEncoder().encode(json))).toBe(name);
});
