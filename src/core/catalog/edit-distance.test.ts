import { expect, test } from 'bun:test';
import { editDistance, nearestWords } from './edit-distance.ts';

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['gpt', 'gtp', 1],
  ['GPT', 'gpt', 1.5],
  ['same', 'same', 0],
])('%j and %j are %d apart', (one, other, distance) => {
  expect(editDistance(one, other)).toBe(distance);
  expect(editDistance(other, one)).toBe(distance);
});

test('nearest words come best first, and equals keep their order', () => {
  expect(nearestWords('level', ['format', 'leveled', 'lever', 'levels'], 3)).toEqual(['lever', 'levels', 'leveled']);
});
