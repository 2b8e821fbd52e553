import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { findJsonFault } from './json-fault.ts';

test.each([
  ['', 1, 1, 'a value'],
  ['{"a":1,\n "b" 2}', 2, 6, '":"'],
  ['{"a":1,}', 1, 8, 'a name in double quotes'],
  ['[1 2]', 1, 4, '"," or "]"'],
  ['{"a":[1}', 1, 8, '"," or "]"'],
  ['{"a":tru}', 1, 6, 'a value'],
  ['{"a":01}', 1, 6, 'a value'],
  ['{"a":"x', 1, 8, 'the closing quote of a text'],
  ['{"a":"\\x"}', 1, 7, 'a known escape'],
  ['{} {}', 1, 4, 'the end of the body'],
  ["{'a':1}", 1, 2, 'a name in double quotes'],
] as const)('%j is wrong at line %d, column %d', (text, line, column, expected) => {
  expect(findJsonFault(text)).toEqual({ line, column, expected });
});

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test('a fault is found exactly where the parser refuses', () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', ',', '"', '\\', '}', ']', ':', 'e', '0', '\n'),
      (json, place, put) => {
        expect(findJsonFault(json)).toBeUndefined();
        const at = place % (json.length + 1);
        const changed = json.slice(0, at) + put + json.slice(at + 1);
        expect(findJsonFault(changed) === undefined).toBe(isJson(changed));
      },
    ),
    { numRuns: 2000 },
  );
});
