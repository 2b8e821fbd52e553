import type { HoldMode } from '../../../core/ledger/hold-size.ts';
import type { Terms } from '../../../core/money/bill.ts';
import type { PriceVersion } from '../../../core/money/price.ts';
import type { PriceNames } from '../../../core/money/price-names.ts';
import type { Ledger } from '../../../ports/ledger.ts';
import type { Tokenizer } from '../../../ports/tokenizer.ts';
import type { Drains } from './drains.ts';

/** The rules of money that hold in an installation. */
export interface MoneyRules {
  readonly mode: HoldMode;
  /**
   * What happens to a call whose price nobody knows. `refuse`: it is, when a budget counts it. `ceiling`: it is charged as `ceiling` says. `free`: it is charged
   * nothing, because the operator says so.
   */
  readonly unknownPrice: 'refuse' | 'ceiling' | 'free';
  readonly ceiling?: PriceVersion;
  readonly names: PriceNames;
  readonly terms: Terms;
  /** An answer that broke before its first word is charged nothing; what it cost stays in the ledger as goodwill. */
  readonly noOutputNoCharge: boolean;
}

export interface MoneyTools {
  readonly ledger: Ledger;
  readonly tokenizer: Tokenizer;
  /** Absent when abandoned answers are closed, whoever bills them. */
  readonly drains?: Drains;
  readonly rules: MoneyRules;
}
