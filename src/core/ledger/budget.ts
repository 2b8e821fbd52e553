import { type BudgetWindow, type WindowKind, windowAt } from './budget-window.ts';
import type { Grant } from './credits.ts';

/** A limit on what one scope may spend in one window. Amounts are nano-dollars. */
export interface Budget {
  readonly id: string;
  /** `kind:id`, such as `key:k_1`. */
  readonly scope: string;
  readonly limitNanoUsd: bigint;
  readonly window: WindowKind;
  readonly timeZone: string;
  /** Only calls of these models count: names as clients write them, `*` for any rest (`openai/*`). */
  readonly models?: readonly string[];
  /** A soft budget refuses nothing: passing it is told. */
  readonly soft: boolean;
  /** Prepaid: these are what may be spent, and `limitNanoUsd` and `window` say nothing. */
  readonly grants?: readonly Grant[];
  /** More until a moment, for a while of unusual need. */
  readonly raise?: { readonly nanoUsd: bigint; readonly untilMs: number };
}

/** A budget at one moment: its window, its counter and its limit. */
export interface BudgetNow {
  readonly budget: Budget;
  readonly window: BudgetWindow;
  readonly counter: string;
  readonly limitNanoUsd: bigint;
}

export const budgetNow = (budget: Budget, atMs: number): BudgetNow => {
  const window = windowAt(budget.window, atMs, budget.timeZone);
  const { raise, limitNanoUsd } = budget;
  return {
    budget,
    window,
    counter: `${budget.id}@${window.id}`,
    limitNanoUsd: raise !== undefined && atMs < raise.untilMs ? limitNanoUsd + raise.nanoUsd : limitNanoUsd,
  };
};
