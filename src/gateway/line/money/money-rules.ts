import type { HoldMode } from '../../../core/ledger/hold-size.ts';
import type { Terms } from '../../../core/money/bill.ts';
import type { Ledger } from '../../../ports/ledger.ts';
import type { Tokenizer } from '../../../ports/tokenizer.ts';
import type { Drains } from './drains.ts';

/** The rules of money that hold in an installation. */
export interface MoneyRules {
  readonly mode: HoldMode;
  /** What happens to a call whose price nobody knows, when a budget counts it. `free`: it is charged nothing, because the operator says so. */
  readonly unknownPrice: 'refuse' | 'free';
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
