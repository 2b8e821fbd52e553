import type { ChatRequest, Effort, Reasoning } from '../../../ir/index.ts';
import { type JsonDraft, objectAt } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { effortOf } from '../../reasoning-budget.ts';
import { ownMeta } from '../wire/own.ts';
import { readReasoning } from '../wire/read-reasoning.ts';

/**
 * How much to think. A request that came in this dialect, unchanged since, keeps its own members; any other is asked by effort, the one word
 * that nearly every host takes.
 */
export const encodeReasoning = (request: ChatRequest, log: LossLog): JsonDraft => {
  const { reasoning } = request;
  if (reasoning === undefined) return {};
  const wire = objectAt(ownMeta(request), 'reasoning');
  if (wire !== undefined && sameReasoning(readReasoning(wire).reasoning, reasoning)) return wire;
  return { reasoning_effort: effortWord(reasoning, log) };
};

const sameReasoning = (a: Reasoning | undefined, b: Reasoning): boolean =>
  a !== undefined && JSON.stringify(Object.entries(a).toSorted()) === JSON.stringify(Object.entries(b).toSorted());

/** A budget becomes the nearest effort; an order to think without an amount becomes the middle one. */
const effortWord = (reasoning: Reasoning, log: LossLog): Effort | undefined => {
  if (reasoning.show !== undefined) log.dropped('reasoning.show', 'the target shows what it shows');
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
