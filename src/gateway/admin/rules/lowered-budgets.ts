import type { BudgetDocument } from '../../../core/access/documents.ts';
import { scopeBudgets } from '../../../core/access/scope-budgets.ts';
import type { Budget } from '../../../core/ledger/budget.ts';
import { usdText } from '../../../core/money/usd-text.ts';
import { invalid } from '../invalid-object.ts';

/** What is spent of a budget in its window now, in nano-dollars. */
export type Spent = (budget: Budget) => bigint;

interface Budgeted {
  readonly budgets?: readonly BudgetDocument[] | undefined;
}

/** Throws when a budget would be lowered below what is spent of it: whoever wants the calls to end blocks them. */
export const refuseLoweredBelowSpend = (
  at: { readonly home: string; readonly scope: string },
  change: { readonly before: Budgeted; readonly after: Budgeted },
  spent: Spent,
): void => {
  const before = new Map(scopeBudgets(change.before.budgets, at).map((budget) => [budget.id, budget]));
  for (const [index, budget] of scopeBudgets(change.after.budgets, at).entries()) {
    const former = before.get(budget.id);
    if (former === undefined || budget.soft || budget.limitNanoUsd >= former.limitNanoUsd) continue;
    const spentNanoUsd = spent(budget);
    if (budget.limitNanoUsd < spentNanoUsd)
      throw invalid(
        `budgets[${index}].limit_usd`,
        `is below the $${usdText(spentNanoUsd)} that are spent already; block it to end its calls, or give ${usdText(spentNanoUsd)} or more`,
      );
  }
};
