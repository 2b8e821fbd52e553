import type { Reasoning } from '../../../ir/index.ts';
import type { LossLog } from '../../loss-log.ts';
import { effortOf } from '../../reasoning-budget.ts';

/**
 * The effort to ask for: the one word for thinking that nearly every host of this dialect takes. A budget becomes the nearest effort; an
 * order to think without an amount becomes the middle one.
 */
export const encodeReasoning = (reasoning: Reasoning, log: LossLog): string | undefined => {
  if (reasoning.show === false) log.dropped('reasoning.show', 'the target may still think aloud');
  if (reasoning.summary !== undefined) log.dropped('reasoning.summary');
  if (reasoning.budgetTokens !== undefined && reasoning.enabled !== false)
    log.changed('reasoning.budgetTokens', 'written as an effort');
  const effort = effortOf(reasoning);
  if (effort === 'max') {
    log.changed('reasoning.effort', 'the highest effort here is xhigh');
    return 'xhigh';
  }
  if (effort !== undefined) return effort;
  if (reasoning.adaptive === true) {
    log.dropped('reasoning.adaptive', 'the model decides by itself');
    return undefined;
  }
  if (reasoning.enabled !== true) return undefined;
  log.changed('reasoning.enabled', 'written as medium effort');
  return 'medium';
};
