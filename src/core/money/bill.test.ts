import { expect, test } from 'bun:test';
import fc from 'fast-check';
import type { Usage } from '../ir/index.ts';
import { type Bill, billOf } from './bill.ts';
import type { PriceVersion } from './price.ts';

const price = (rates: PriceVersion['standard']['rates'], more: Partial<PriceVersion> = {}): PriceVersion => ({
  standard: { rates, tiers: [] },
  services: {},
  sources: ['test'],
  agreed: true,
  ...more,
});
const bill = (usage: Usage, version: PriceVersion): Bill => billOf(usage, version);

const opus = price({ input: 5e9, output: 25e9, 'cache-read': 5e8, 'cache-write': 6.25e9, 'cache-write-1h': 10e9 });

test('cached and written input, each once and at its own rate', () => {
  const usage = {
    inputTokens: 10_000,
    outputTokens: 400,
    cacheReadTokens: 6000,
    cacheWriteTokens: 3000,
    cacheWriteOneHourTokens: 1000,
  };
  // 1000 × $5 + 6000 × $0.5 + 2000 × $6.25 + 1000 × $10 + 400 × $25, for a million
  expect(bill(usage, opus).nanoUsd).toBe(5_000_000n + 3_000_000n + 12_500_000n + 10_000_000n + 10_000_000n);
});

test('a tier begins behind its threshold, for the whole call', () => {
  const tiered = price(
    {},
    {
      standard: {
        rates: { input: 1_250_000_000, output: 10e9 },
        tiers: [{ aboveInputTokens: 200_000, rates: { input: 2_500_000_000, output: 15e9 } }],
      },
    },
  );
  const cost = (inputTokens: number) => bill({ inputTokens, outputTokens: 10 }, tiered).nanoUsd;
  expect(cost(200_000)).toBe(250_000_000n + 100_000n);
  expect(cost(200_001)).toBe(500_002_500n + 150_000n);
});

test('a part without a rate of its own is charged with what it falls back to; one with a rate is not charged twice', () => {
  const usage = { inputTokens: 10, outputTokens: 1000, reasoningTokens: 900, audioOutputTokens: 50 };
  expect(bill(usage, price({ input: 1e9, output: 10e9 })).nanoUsd).toBe(10_000n + 10_000_000n);
  expect(bill(usage, price({ input: 1e9, output: 10e9, 'audio-output': 80e9 })).nanoUsd).toBe(
    10_000n + 9_500_000n + 4_000_000n,
  );
});

test('a service changes what it names', () => {
  const version = price(
    { input: 2e9, output: 8e9, 'cache-read': 5e8 },
    { services: { flex: { rates: { input: 1e9, output: 4e9 }, tiers: [] } } },
  );
  const usage = { inputTokens: 1000, outputTokens: 1000, cacheReadTokens: 500 };
  expect(billOf({ ...usage, service: 'flex' }, version).nanoUsd).toBe(500_000n + 250_000n + 4_000_000n);
});

test('pieces: searches, images, seconds with fractions, and a fee for the call', () => {
  const version = price({
    input: 1e9,
    output: 1e9,
    'web-search': 10_000_000,
    'input-second': 100_000,
    request: 5_000_000,
  });
  const usage = { inputTokens: 0, outputTokens: 0 };
  expect(billOf({ ...usage, pieces: { 'web-search': 3, 'input-second': 12.5, image: 2 } }, version).nanoUsd).toBe(
    30_000_000n + 1_250_000n + 5_000_000n,
  );
});

test('fractions of a nano-dollar are rounded up once a line', () => {
  expect(bill({ inputTokens: 1, outputTokens: 0 }, price({ input: 18_000_000, output: 1 })).nanoUsd).toBe(18n);
  expect(bill({ inputTokens: 1, outputTokens: 1 }, price({ input: 1, output: 1 })).nanoUsd).toBe(2n);
});

test('discount is taken off, then margin put on', () => {
  const terms = { discountPartsPerMillion: 100_000, marginPartsPerMillion: 200_000, marginNanoUsd: 7n };
  const result = billOf({ inputTokens: 1_000_000, outputTokens: 0 }, price({ input: 1_000_000_001 }), {
    terms,
  });
  expect(result).toMatchObject({
    listNanoUsd: 1_000_000_001n,
    discountNanoUsd: 100_000_000n,
    marginNanoUsd: 180_000_001n + 7n,
  });
  expect(result.nanoUsd).toBe(1_080_000_009n);
});

test('what no rate covers is named and not charged as nothing', () => {
  expect(bill({ inputTokens: 5, outputTokens: 5 }, price({ input: 1e9 })).unpriced).toEqual(['output']);
});

test('counts that are nonsense never make money', () => {
  for (const tokens of [-5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(bill({ inputTokens: tokens, outputTokens: 0, cacheReadTokens: -3 }, opus).nanoUsd).toBe(0n);
  // More cached than there was input.
  expect(bill({ inputTokens: 100, outputTokens: 0, cacheReadTokens: 500 }, opus).nanoUsd).toBe(50_000n);
});

test('every token is on exactly one line', () => {
  const tokens = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(
      fc.record({
        inputTokens: tokens,
        outputTokens: tokens,
        cacheReadTokens: tokens,
        cacheWriteTokens: tokens,
        reasoningTokens: tokens,
        audioInputTokens: tokens,
        imageOutputTokens: tokens,
      }),
      (usage) => {
        const { lines } = bill(usage, opus);
        expect(lines.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(usage.inputTokens + usage.outputTokens);
      },
    ),
  );
});
