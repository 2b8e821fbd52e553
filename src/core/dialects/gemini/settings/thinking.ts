import { invalidField } from '../../../errors/gateway-error.ts';
import { type Effort, efforts, type Reasoning } from '../../../ir/index.ts';
import { type Json, type JsonDraft, type JsonObject, unknownMembers } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { budgetForEffort, effortForBudget } from '../../reasoning-budget.ts';
import { objectValue, scalarField } from '../door/read-fields.ts';
import { camelMembers } from '../member-names.ts';

const known = new Set(['thinkingBudget', 'thinkingLevel', 'includeThoughts']);

/** Reads `thinkingConfig`; members without a place in the IR are left in `rest`. */
export const decodeThinking = (
  value: Json,
  path: string,
): { readonly reasoning: Reasoning | undefined; readonly rest: JsonObject | undefined } => {
  const config = camelMembers(objectValue(value, path));
  const budget = scalarField(config, 'thinkingBudget', { type: 'number', path });
  const level = scalarField(config, 'thinkingLevel', { type: 'string', path });
  const show = scalarField(config, 'includeThoughts', { type: 'boolean', path });
  if (budget !== undefined && (!Number.isInteger(budget) || budget < -1))
    throw invalidField(`${path}.thinkingBudget`, 'must be a whole number of tokens, 0 for none or -1 for automatic.');
  const effort = efforts.find((word) => word === level?.toLowerCase());
  const reasoning: Reasoning = {
    ...(budget === undefined ? {} : budgetOf(budget)),
    ...(effort === undefined ? {} : { effort }),
    ...(show === undefined ? {} : { show }),
  };
  const rest = {
    ...unknownMembers(config, known),
    ...(level !== undefined && effort === undefined ? { thinkingLevel: level } : {}),
  };
  return {
    reasoning: Object.keys(reasoning).length === 0 ? undefined : reasoning,
    rest: Object.keys(rest).length === 0 ? undefined : rest,
  };
};

const budgetOf = (budget: number): Reasoning => {
  if (budget === 0) return { enabled: false };
  return budget === -1 ? { enabled: true, adaptive: true } : { budgetTokens: budget };
};

/**
 * Writes `thinkingConfig`: a level for models that have levels, a budget for the others; effort and budget stand for each other.
 */
export const encodeThinking = (reasoning: Reasoning, levels: boolean, losses: LossLog): JsonObject | undefined => {
  const draft: JsonDraft = levels ? levelMembers(reasoning, losses) : budgetMembers(reasoning);
  const show = reasoning.show ?? (reasoning.summary === undefined ? undefined : true);
  if (reasoning.summary !== undefined) losses.dropped('reasoning.summary');
  if (show !== undefined) draft['includeThoughts'] = show;
  return Object.keys(draft).length === 0 ? undefined : draft;
};

const budgetMembers = (reasoning: Reasoning): JsonDraft => {
  if (reasoning.enabled === false || reasoning.effort === 'none') return { thinkingBudget: 0 };
  if (reasoning.budgetTokens !== undefined) return { thinkingBudget: reasoning.budgetTokens };
  if (reasoning.effort !== undefined)
    return { thinkingBudget: Math.min(budgetForEffort(reasoning.effort) ?? 0, largestCommonBudget) };
  return reasoning.adaptive === true || reasoning.enabled === true ? { thinkingBudget: -1 } : {};
};

/** The most that all models with a budget take. */
const largestCommonBudget = 24_576;

const levelMembers = (reasoning: Reasoning, losses: LossLog): JsonDraft => {
  if (reasoning.budgetTokens !== undefined && reasoning.effort === undefined) {
    losses.changed('reasoning.budgetTokens', 'written as a thinking level');
    return { thinkingLevel: levels[effortForBudget(reasoning.budgetTokens)] };
  }
  const effort = reasoning.enabled === false ? 'none' : reasoning.effort;
  if (effort === undefined) return {};
  const level = levels[effort];
  if (level !== effort) losses.changed('reasoning.effort', `written as level ${level}`);
  return { thinkingLevel: level };
};

/** Models with levels cannot stop thinking; `low` is the least that all of them take. */
const levels: Readonly<Record<Effort, string>> = {
  none: 'low',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
};
