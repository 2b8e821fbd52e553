import { expect, test } from 'bun:test';
import { fitsAnyName, fitsName } from './name-pattern.ts';

test('a star stands for anything, also nothing', () => {
  for (const [pattern, name] of [
    ['*', ''],
    ['openai/*', 'openai/gpt-5'],
    ['*-mini', 'gpt-5-mini'],
    ['a*b*c', 'a1b2bc'],
    ['gpt', 'gpt'],
  ] as const)
    expect(fitsName(pattern, name)).toBe(true);
  for (const [pattern, name] of [
    ['openai/*', 'azure/openai/gpt'],
    ['a*a', 'a'],
    ['a*bc*c', 'abc'],
    ['gpt', 'gpt-5'],
    ['', 'x'],
  ] as const)
    expect(fitsName(pattern, name)).toBe(false);
  expect(fitsAnyName(['x', 'openai/*'], 'openai/o3')).toBe(true);
});

test('many stars on a long name end soon', () => {
  expect(fitsName(`${'*a'.repeat(500)}b`, 'a'.repeat(20_000))).toBe(false);
});
