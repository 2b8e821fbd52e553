import type { ExchangeFact } from '../facts/exchange-fact.ts';
import { usageOfFact } from '../facts/fact-usage.ts';
import { billOf, type Terms } from '../money/bill.ts';
import { type PriceVersion, priceName } from '../money/price.ts';
import type { AdjustedRecord } from './journal-record.ts';

/** An attempt that was charged without a price of its own: nothing, or the ceiling. */
export interface Unrated {
  readonly attemptId: string;
  /** `provider/model`. */
  readonly target: string;
  /** With all corrections so far; nano-dollars. */
  readonly chargedNanoUsd: bigint;
  /** What is known of its exchange; absent when the fact is not there. */
  readonly fact: ExchangeFact | undefined;
}

/** What becomes of one: a correction, nothing to correct, or why it cannot be worked out. */
export type Rerated =
  | { readonly kind: 'adjusted'; readonly record: AdjustedRecord }
  | { readonly kind: 'same' }
  | { readonly kind: 'no-usage' }
  | { readonly kind: 'no-price' };

/** Works a charge out again with the price that is known by now. */
export const rerate = (
  unrated: Unrated,
  how: { readonly price: PriceVersion | undefined; readonly terms: Terms; readonly atMs: number },
): Rerated => {
  const { attemptId, chargedNanoUsd, fact } = unrated;
  // Counts stand in the fact of the exchange, and are those of its last attempt.
  const usage = fact?.attempts.at(-1)?.attemptId === attemptId ? usageOfFact(fact) : undefined;
  if (usage === undefined) return { kind: 'no-usage' };
  if (how.price === undefined) return { kind: 'no-price' };
  const { nanoUsd } = billOf(usage, how.price, { terms: how.terms });
  if (nanoUsd === chargedNanoUsd) return { kind: 'same' };
  const record: AdjustedRecord = {
    kind: 'adjusted',
    adjustmentId: `rerate:${attemptId}:${nanoUsd}:${how.atMs}`,
    attemptId,
    atMs: how.atMs,
    nanoUsd: nanoUsd - chargedNanoUsd,
    reason: `rerated at ${priceName(how.price)}`,
    actor: 'sluice ledger rerate',
  };
  return { kind: 'adjusted', record };
};
