import type { Effort, Reasoning } from '../ir/index.ts';

/**
 * Thinking tokens that stand for an effort where a wire has only one of the two. The steps follow what clients of other gateways are used
 * to: 1,024 low, 8,192 medium, 16,384 high, 32,768 beyond. `none` and `minimal` think as little as a wire allows.
 */
const budgets = { minimal: 1024, low: 1024, medium: 8192, high: 16_384, xhigh: 32_768, max: 32_768 } as const;

/** Tokens for an effort; undefined for `none`. */
export const budgetForEffort = (effort: Effort): number | undefined =>
  effort === 'none' ? undefined : budgets[effort];

/** The effort nearest to a budget of thinking tokens. */
export const effortForBudget = (tokens: number): Effort => {
  if (tokens <= 0) return 'none';
  if (tokens < 4096) return 'low';
  if (tokens < 12_288) return 'medium';
  return tokens < 24_576 ? 'high' : 'xhigh';
};

/** The effort a request asks for, from whichever field says it; undefined when none does. */
export const effortOf = (reasoning: Reasoning): Effort | undefined => {
  if (reasoning.enabled === false) return 'none';
  if (reasoning.effort !== undefined) return reasoning.effort;
  return reasoning.budgetTokens === undefined ? undefined : effortForBudget(reasoning.budgetTokens);
};
