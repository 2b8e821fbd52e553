import type { Budget } from '../core/ledger/budget.ts';
import type { CreditsNow } from '../core/ledger/credits.ts';
import type { ChargeSource } from '../core/ledger/journal-record.ts';

/** Money to be set aside for one attempt, at the price of the target that is about to be called. */
export interface HoldAsk {
  /** Unique for each attempt; made by the gateway. */
  readonly attemptId: string;
  readonly exchangeId: string;
  readonly orgId: string;
  /** `provider/model`. */
  readonly target: string;
  readonly priceVersion: string;
  /** Everything that is charged, as `kind:id`. */
  readonly scopes: readonly string[];
  /** The budgets of those scopes that count this target. */
  readonly budgets: readonly Budget[];
  /** Set aside now: the worst bill (strict), or the input and one slice (sliced). */
  readonly nanoUsd: bigint;
  /** The input's share of it: charged when a call that began ends without a word. */
  readonly inputNanoUsd: bigint;
}

/** A soft budget was passed, or a hard one has refused a call. */
export interface BudgetPassed {
  readonly budget: Budget;
  /** Names the budget's window. */
  readonly counter: string;
  readonly limitNanoUsd: bigint;
  readonly spentNanoUsd: bigint;
  /** When it begins anew; absent for a lifetime. */
  readonly resetMs?: number;
}

export interface Charge {
  readonly nanoUsd: bigint;
  readonly source: ChargeSource;
  readonly reason?: string;
  /** What the call cost beyond it, taken over by the house. */
  readonly goodwillNanoUsd?: bigint;
}

/** Money set aside. Exactly one of `settle`, `estimate` and `void` ends it; later calls change nothing. */
export interface Hold {
  readonly attemptId: string;
  /** Set aside now; grows with every slice. */
  readonly heldNanoUsd: bigint;
  /** The input's share of what was set aside. */
  readonly inputNanoUsd: bigint;
  /** Written down before the first byte leaves: from here on the provider may bill. */
  sent(): void;
  /**
   * What has passed through so far; takes another slice when the last is half used. False when a budget refuses it: the answer must end, and what
   * was held covers what was metered.
   */
  metered(nanoUsd: bigint, sliceNanoUsd: bigint): boolean;
  settle(charge: Charge): void;
  /** The end of a call whose usage nobody told. */
  estimate(charge: Charge): void;
  /** Nothing was sent. */
  void(reason: string): void;
}

export interface Ledger {
  /**
   * To be asked before `reserve`. Undefined when that can be called at once, as always where one process has the budgets to itself; else resolves, within
   * about a second, when it is known whether they cover the call. Never rejects.
   */
  ready(ask: HoldAsk): Promise<void> | undefined;
  /** Takes from all budgets or from none. Throws `GatewayError`: `insufficient_credits` and `budget_exceeded` name scope, limit, spend and reset; `ledger_full` when writing has fallen behind. */
  reserve(ask: HoldAsk): Hold;
  /** What stands on a budget now: settled and held. */
  standing(budget: Budget): {
    readonly settledNanoUsd: bigint;
    readonly heldNanoUsd: bigint;
    readonly resetMs?: number;
  };
  /** How the credits of a budget with grants stand now. */
  credits(budget: Budget): CreditsNow;
  /** Resolves when everything written so far is on the disk. At once unless the installation asks for it (`durability: power`). */
  durable(): Promise<void> | undefined;
}
