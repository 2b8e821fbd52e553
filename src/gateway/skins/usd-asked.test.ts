import { expect, test } from 'bun:test';
import { usdAsked } from './usd-asked.ts';

test('a float is the amount that was meant, and less than a nano-dollar is not nothing', () => {
  expect(usdAsked(0.1 + 0.2, 'limit')).toBe('0.3');
  expect(usdAsked('12.5', 'limit')).toBe('12.5');
  expect(() => usdAsked(0.000_000_000_1, 'limit')).toThrow('limit:');
});
