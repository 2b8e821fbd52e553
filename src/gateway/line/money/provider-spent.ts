import { fitsAnyName } from '../../../core/policy/name-pattern.ts';
import type { Target } from '../records.ts';
import type { MoneyTools } from './money-rules.ts';

/** Whether a budget of a target's provider has nothing left. What is nearly spent is found out when money is set aside. */
export const providerSpent = ({ provider, model }: Target, money: MoneyTools | undefined): boolean => {
  const { budgets } = provider;
  if (budgets === undefined || money === undefined || money.rules.mode === 'soft') return false;
  return budgets.some((budget) => {
    if (budget.soft) return false;
    if (budget.models !== undefined && !fitsAnyName(budget.models, `${provider.entry.id}/${model}`)) return false;
    const { settledNanoUsd, heldNanoUsd } = money.ledger.standing(budget);
    return settledNanoUsd + heldNanoUsd >= budget.limitNanoUsd;
  });
};
