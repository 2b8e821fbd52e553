import { expect, test } from 'bun:test';
import { lastOfEach, questionsOf } from './request-parts.ts';

test('questions are decoded, come several times, and hold what follows their first equals sign', () => {
  expect([...questionsOf('a=1&a=x%20y&cursor=k=v==&flag')]).toEqual([
    ['a', ['1', 'x y']],
    ['cursor', ['k=v==']],
    ['flag', ['']],
  ]);
});

test('the last of several counts where one is asked for, and the key of the caller is no question', () => {
  expect([...lastOfEach('limit=1&key=sk-x&limit=2')]).toEqual([['limit', '2']]);
});

test('a question that is not encoded as it must be is named', () => {
  expect(() => questionsOf('team=%zz')).toThrow('team: is not percent-encoded');
});
