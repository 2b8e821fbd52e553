import { expect, test } from 'bun:test';
import type { PriceVersion } from '../../../core/money/price.ts';
import { PriceNames } from '../../../core/money/price-names.ts';
import type { Charge, Hold } from '../../../ports/ledger.ts';
import type { Tokenizer } from '../../../ports/tokenizer.ts';
import { type HeldCall, type MoneyEnd, PricedHold } from './priced-hold.ts';

/** Every character is a token. */
const tokenizer: Tokenizer = {
  count: ({ texts }) => Promise.resolve(texts.join('').length),
  close: () => undefined,
};
const price: PriceVersion = {
  standard: { rates: { input: 1_000_000_000, output: 2_000_000_000 }, tiers: [] },
  services: {},
  sources: ['test'],
  agreed: true,
};

interface Ended {
  readonly kind: 'settled' | 'estimated';
  readonly charge: Charge;
}

const end = async (how: Partial<MoneyEnd>, more: Partial<HeldCall['rules']> = {}): Promise<readonly Ended[]> => {
  const ends: Ended[] = [];
  const hold: Hold = {
    attemptId: 'a',
    heldNanoUsd: 20_000n,
    inputNanoUsd: 7n,
    sent: () => undefined,
    metered: (nanoUsd) => nanoUsd < 100_000n,
    settle: (charge) => ends.push({ kind: 'settled', charge }),
    estimate: (charge) => ends.push({ kind: 'estimated', charge }),
    void: () => undefined,
  };
  const priced = new PricedHold(hold, {
    price,
    rules: {
      mode: 'sliced',
      unknownPrice: 'refuse',
      terms: {},
      names: new PriceNames({}, () => undefined),
      noOutputNoCharge: false,
      ...more,
    },
    tokenizer,
    model: 'gpt-4o',
    prompt: () => ({ texts: ['0123456789'], messages: 1, media: 0 }),
    sliceNanoUsd: 1000n,
    limited: true,
  });
  const told: MoneyEnd = { usage: undefined, whole: false, produced: undefined, unbilled: false, ...how };
  priced.end(told, await priced.count(told));
  return ends;
};

const usage = { inputTokens: 100, outputTokens: 50 };
const written = { texts: ['abcde'], calls: 0 };

test('what the provider counted of a whole answer is settled', async () => {
  expect(await end({ usage, whole: true })).toEqual([
    { kind: 'settled', charge: { nanoUsd: 200_000n, source: 'provider' } },
  ]);
});

test('a whole answer without counts is counted: ten tokens, three for the message, three for the answer, and five', async () => {
  expect(await end({ whole: true, produced: written })).toEqual([
    { kind: 'estimated', charge: { nanoUsd: 16_000n + 10_000n, source: 'counted' } },
  ]);
});

test('of a very long answer the part that was not kept is taken to be like the part that was', async () => {
  expect(await end({ whole: true, produced: { ...written, beyond: 10 } })).toEqual([
    { kind: 'estimated', charge: { nanoUsd: 16_000n + 30_000n, source: 'counted' } },
  ]);
});

test('of an answer that broke the input is as the provider said, and the output as far as it passed', async () => {
  const early = { inputTokens: 100, outputTokens: 1 };
  expect(await end({ usage: early, produced: written, reason: 'client-gone' })).toEqual([
    { kind: 'estimated', charge: { nanoUsd: 110_000n, source: 'metered', reason: 'client-gone' } },
  ]);
});

test('an error before the first word costs nothing, one behind it costs what had passed', async () => {
  expect(await end({ unbilled: true })).toEqual([{ kind: 'settled', charge: { nanoUsd: 0n, source: 'none' } }]);
  expect(await end({ unbilled: true, produced: written })).toMatchObject([{ charge: { nanoUsd: 26_000n } }]);
});

test('with the insurance an answer without a word is charged nothing, and its cost is goodwill', async () => {
  expect(await end({ produced: { texts: [''], calls: 0 } }, { noOutputNoCharge: true })).toEqual([
    { kind: 'estimated', charge: { nanoUsd: 0n, source: 'metered', goodwillNanoUsd: 16_000n } },
  ]);
  expect(await end({ produced: written }, { noOutputNoCharge: true })).toMatchObject([
    { charge: { nanoUsd: 26_000n } },
  ]);
});

test('a stream that was stopped for its budget is charged what was set aside at most; the rest is goodwill', async () => {
  const [stopped] = await end({ produced: written, reason: 'budget-stop' });
  expect(stopped?.charge).toMatchObject({ nanoUsd: 20_000n, reason: 'budget-stop' });
  const [gone] = await end({ produced: written, reason: 'client-gone' });
  expect(gone?.charge.nanoUsd).toBe(20_000n + (stopped?.charge.goodwillNanoUsd ?? 0n));
});
