import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { LinearPattern } from './linear-pattern.ts';

const pieces = ['a', 'b', '.', '\\d', '\\w', '\\s', '[ab]', '[^a]', '[a-c]', '^', '$', '\\b', '\\B', '\\.', '\\x61'];

const anyPattern: fc.Arbitrary<string> = fc.letrec<{ readonly pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...pieces),
    fc.array(tie('pattern'), { maxLength: 3 }).map((parts) => parts.join('')),
    fc.array(tie('pattern'), { minLength: 2, maxLength: 3 }).map((parts) => `(?:${parts.join('|')})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{1,}', '*?'))
      .map(([part, times]) => `(${part})${times}`),
  ),
})).pattern;

const anyText = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '.', '_', '\n'), maxLength: 8 });

describe('a linear pattern', () => {
  test('finds what a regular expression finds', () => {
    fc.assert(
      fc.property(anyPattern, anyText, (pattern, text) => {
        expect(new LinearPattern(pattern).test(text)).toBe(new RegExp(pattern).test(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('takes no longer for a pattern that is made to take long', () => {
    const text = `${'a'.repeat(5000)}!`;
    const began = performance.now();
    expect(new LinearPattern('^(a+)+$').test(text)).toBe(false);
    expect(new LinearPattern('(a|a|aa)*b').test(text)).toBe(false);
    // The engine of the language would still be at it after the end of the world.
    expect(performance.now() - began).toBeLessThan(2000);
  });

  const refused: readonly (readonly [string, string])[] = [
    ['(a', 'has a ( without its )'],
    ['a)', 'has a ) without its ('],
    ['[a', 'has a [ without its ]'],
    ['*a', 'has nothing to repeat'],
    ['a**', 'has nothing to repeat'],
    ['(a)\\1', 'has \\1, which is not taken'],
    ['(?=a)', 'looks ahead or behind'],
    ['(?<!a)b', 'looks ahead or behind'],
    ['\\p{L}', 'has \\p, which is not taken'],
    ['a{2,1}', 'the wrong way round'],
    ['a{101}', 'more than 100 times'],
    ['((a{50}){50}){50}', 'more than 500 steps'],
    ['[z-a]', 'the wrong way round'],
    ['a\\', 'ends with a backslash'],
    ['('.repeat(60), 'nests deeper than 50 groups'],
    ['a'.repeat(1001), 'has more than 1000 characters'],
  ];

  test.each(refused)('%p is refused: it %s', (pattern, why) => {
    expect(() => new LinearPattern(pattern)).toThrow(why);
  });
});
