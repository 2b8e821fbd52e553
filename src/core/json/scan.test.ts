import { expect, test } from 'bun:test';
import { checkJsonLimits, isDearToParse } from './scan.ts';

const check = (text: string): void => checkJsonLimits(new TextEncoder().encode(text), { maxValues: 10, maxDepth: 3 });

test('a body within the limits passes', () => {
  expect(() => check('{"a":[1,2,{"b":"{[,,,,,,,,,,,,[[[["}]}')).not.toThrow();
});

test('too many values are refused before anything is parsed', () => {
  expect(() => check('[{},{},{},{},{},{}]')).toThrow('more than 10 JSON values');
});

test('too deep a body is refused', () => {
  expect(() => check('[[[[1]]]]')).toThrow('more than 3 levels');
});

test('brackets and escaped quotes inside strings do not count, however long the string', () => {
  expect(() => check(`{"a":"${'[,\\"'.repeat(500)}","b":"\\\\"}`)).not.toThrow();
});

test.each([
  ['[{},{},{},{}]', true],
  ['[1,2,3,4,5,6,7,8,9]', true],
  ['[1,2,3,4]         ', false],
  ['["{},{},{},{},{}"]', false],
] as const)('whether %s is dear to parse is told without parsing it', (json, dear) => {
  expect(isDearToParse(new TextEncoder().encode(json), { maxValues: 8, maxContainers: 4 })).toBe(dear);
});
