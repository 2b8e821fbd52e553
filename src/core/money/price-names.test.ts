import { expect, test } from 'bun:test';
import type { PriceVersion } from './price.ts';
import { PriceNames, readPriceDocument } from './price-names.ts';

const price = (input: number): PriceVersion => ({
  standard: { rates: { input, output: 2 }, tiers: [{ aboveInputTokens: 5, rates: { input: 9 } }] },
  services: { batch: { rates: { output: 1 }, tiers: [] } },
  sources: ['operator'],
  agreed: true,
});

test('two prices that differ have different names, equal ones the same, and each document is told once', () => {
  const told: [string, string][] = [];
  const names = new PriceNames({ marginPartsPerMillion: 5 }, (name, document) => told.push([name, document]));
  const one = names.of(price(1));
  expect(names.of(price(1))).toBe(one);
  expect(names.of(price(2))).not.toBe(one);
  expect(new PriceNames({ marginPartsPerMillion: 6 }, () => undefined).of(price(1))).not.toBe(one);
  expect(one).toMatch(/^first:operator~[0-9a-f]{16}$/);
  expect(names.of(undefined)).toBe('unpriced');
  expect(told).toHaveLength(2);
  expect(readPriceDocument(told[0]?.[1] ?? '')).toEqual({ price: price(1), terms: { marginPartsPerMillion: 5 } });
});
