import { type BillOptions, billOf, type Terms } from '../money/bill.ts';
import type { PriceVersion } from '../money/price.ts';

/**
 * How much is set aside. `strict`: the worst bill, so that no budget is ever passed. `sliced`: the input and a slice of output, which grows while the
 * answer runs; at most one slice a running call is spent beyond a budget. `soft`: as sliced, and no budget refuses.
 */
export const holdModes = ['strict', 'sliced', 'soft'] as const;
export type HoldMode = (typeof holdModes)[number];

export interface HoldFacts {
  /** The request's body: no tokenizer makes more tokens of a text than it has bytes. */
  readonly inputBytes: number;
  /** Input tokens by rule of thumb. */
  readonly inputTokens: number;
  /** What the client or the model allows; undefined when nobody says. */
  readonly maxOutputTokens: number | undefined;
  readonly choices: number;
  /** Whether the answer comes in pieces that can be metered and stopped. */
  readonly streams: boolean;
}

export interface HoldSize {
  readonly nanoUsd: bigint;
  readonly inputNanoUsd: bigint;
  readonly sliceNanoUsd: bigint;
}

/** A slice is what these tokens cost, or half a cent when that is more. */
const sliceTokens = 256;
const leastSliceNanoUsd = 5_000_000n;
/** For a whole answer of a model of which nobody says how long it may write. */
const unknownOutputTokens = 4096;

/** Of each price with the terms it was worked out for: it is the same for every call. */
const slices = new WeakMap<PriceVersion, { readonly terms: Terms | undefined; readonly nanoUsd: bigint }>();

const sliceOf = (price: PriceVersion, options: BillOptions): bigint => {
  const known = slices.get(price);
  if (known !== undefined && known.terms === options.terms) return known.nanoUsd;
  const cost = (outputTokens: number): bigint => billOf({ inputTokens: 0, outputTokens }, price, options).nanoUsd;
  const slice = cost(sliceTokens) - cost(0);
  const nanoUsd = slice > leastSliceNanoUsd ? slice : leastSliceNanoUsd;
  slices.set(price, { terms: options.terms, nanoUsd });
  return nanoUsd;
};

/** What is set aside for a call before it is sent, at the price of the target that is about to be called. */
export const holdSize = (mode: HoldMode, facts: HoldFacts, price: PriceVersion, options: BillOptions): HoldSize => {
  const cost = (inputTokens: number, outputTokens: number): bigint =>
    billOf({ inputTokens, outputTokens }, price, options).nanoUsd;
  const { maxOutputTokens = unknownOutputTokens, choices } = facts;
  const inputNanoUsd = cost(facts.inputTokens, 0);
  const sliceNanoUsd = sliceOf(price, options);
  if (mode === 'strict')
    return { nanoUsd: cost(facts.inputBytes, maxOutputTokens * choices), inputNanoUsd, sliceNanoUsd };
  // A whole answer cannot be stopped half way, so all of it is set aside.
  const whole = cost(facts.inputTokens, maxOutputTokens * choices);
  const sliced = inputNanoUsd + sliceNanoUsd;
  return { nanoUsd: facts.streams && sliced < whole ? sliced : whole, inputNanoUsd, sliceNanoUsd };
};
