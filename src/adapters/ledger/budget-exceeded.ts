import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { BudgetNow } from '../../core/ledger/budget.ts';
import { usdText } from '../../core/money/usd-text.ts';

/** The refusal of a call that a budget does not cover: names scope, limit, spend and when it begins anew. */
export const budgetExceeded = (
  { budget, limitNanoUsd, window }: BudgetNow,
  standing: { readonly settled: bigint; readonly held: bigint; readonly asked: bigint },
): GatewayError => {
  if (budget.grants !== undefined) return insufficientCredits({ budget, limitNanoUsd }, standing);
  const resetMs = window.endMs;
  const until =
    resetMs === undefined
      ? 'It does not begin anew; raise it.'
      : `It begins anew at ${new Date(resetMs).toISOString()}.`;
  return new GatewayError(
    'budget_exceeded',
    `The budget of ${budget.scope} is spent: limit $${usdText(limitNanoUsd)}, spent $${usdText(standing.settled)}, ` +
      `set aside for running calls $${usdText(standing.held)}, and this call may cost $${usdText(standing.asked)}. ${until}`,
    {
      budget: {
        id: budget.id,
        scope: budget.scope,
        limitNanoUsd,
        spentNanoUsd: standing.settled,
        ...(resetMs === undefined ? {} : { resetMs }),
      },
    },
  );
};

const insufficientCredits = (
  { budget, limitNanoUsd }: Pick<BudgetNow, 'budget' | 'limitNanoUsd'>,
  { settled, held, asked }: { readonly settled: bigint; readonly held: bigint; readonly asked: bigint },
): GatewayError => {
  const left = limitNanoUsd - settled - held;
  return new GatewayError(
    'insufficient_credits',
    `Insufficient credits: ${budget.scope} has $${usdText(left > 0n ? left : 0n)} left, and this call may cost $${usdText(asked)}. Add credits, or ask for fewer tokens.`,
    { budget: { id: budget.id, scope: budget.scope, limitNanoUsd, spentNanoUsd: settled } },
  );
};
