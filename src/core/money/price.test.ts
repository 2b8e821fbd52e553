import { expect, test } from 'bun:test';
import { dollarsText } from './dollars-text.ts';
import { type ModelPrice, type PriceSheet, priceOn, ratesFor, unitsPerRate } from './price.ts';

const sheet: PriceSheet = {
  rates: { input: 1, output: 2 },
  tiers: [
    { aboveInputTokens: 32_000, rates: { input: 10 } },
    { aboveInputTokens: 200_000, rates: { input: 100, output: 200 } },
  ],
};

test.each([
  [0, { input: 1, output: 2 }],
  [32_000, { input: 1, output: 2 }],
  [32_001, { input: 10, output: 2 }],
  [200_000, { input: 10, output: 2 }],
  [200_001, { input: 100, output: 200 }],
])('an input of %d tokens is charged by the highest tier it is above', (tokens, rates) => {
  expect(ratesFor(sheet, tokens)).toEqual(rates);
});

test('a price changes at the beginning of a day', () => {
  const version = { standard: sheet, services: {}, sources: [], agreed: true };
  const price: ModelPrice = [version, { ...version, validFrom: '2026-09-01' }];
  expect(priceOn(price, '2026-08-31')?.validFrom).toBeUndefined();
  expect(priceOn(price, '2026-09-01')?.validFrom).toBe('2026-09-01');
  expect(priceOn([{ ...version, validFrom: '2027-01-01' }], '2026-01-01')).toBeUndefined();
});

test('tokens are charged by the million, pictures by the piece', () => {
  expect([
    unitsPerRate('input'),
    unitsPerRate('cache-write-1h'),
    unitsPerRate('image'),
    unitsPerRate('request'),
  ]).toEqual([1_000_000, 1_000_000, 1, 1]);
});

test.each([
  [3_000_000_000, 'input', '0.000003'],
  [1, 'input', '0.000000000000001'],
  [0, 'output', '0'],
  [40_000_000, 'image', '0.04'],
  [9_000_000_000_000, 'request', '9000'],
  [1_000_000_000_000_000, 'input', '1'],
] as const)('%d for %s is %s dollars for one', (rate, unit, text) => {
  expect(dollarsText(rate, unit)).toBe(text);
});
