import type { BudgetDocument, LimitDocument } from '../../../../core/access/documents.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../../../core/json/json.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { usdAsked } from '../../usd-asked.ts';
import { durationOfWindow, windowOfDuration } from './duration.ts';

/** Budgets and limits of an object, as Sluice keeps them. */
export interface Held {
  readonly budgets?: readonly BudgetDocument[] | undefined;
  readonly limits?: readonly LimitDocument[] | undefined;
}

/** Fields of LiteLLM's that become budgets. */
const budgetFields = [
  'max_budget',
  'soft_budget',
  'budget_duration',
  'budget_limits',
  'model_max_budget',
  'temp_budget_increase',
  'temp_budget_expiry',
] as const;

/** Fields of LiteLLM's that become rate limits. */
const limitFields = ['tpm_limit', 'rpm_limit', 'max_parallel_requests', 'model_tpm_limit', 'model_rpm_limit'] as const;

export const heldFields: readonly string[] = [...budgetFields, ...limitFields];

/** The budgets and limits with what is given in them; members that are not given stay as they are. */
export const readHeld = (given: JsonObject, former: Held = {}): Held => {
  const names = (fields: readonly string[]): boolean => fields.some((name) => given[name] !== undefined);
  const shown = heldView(former);
  const wanted: JsonObject = { ...shown, ...given };
  return {
    ...(names(budgetFields) ? { budgets: budgetsOf(wanted, given, former.budgets ?? []) } : {}),
    ...(names(limitFields) ? { limits: limitsOf(wanted, former.limits ?? []) } : {}),
  };
};

const isMain = ({ soft, models }: BudgetDocument): boolean => soft !== true && models === undefined;
const isSoft = ({ soft, models }: BudgetDocument): boolean => soft === true && models === undefined;
const isOfModel = ({ soft, models }: BudgetDocument): boolean => soft !== true && models !== undefined;

const budgetsOf = (wanted: JsonObject, given: JsonObject, former: readonly BudgetDocument[]): BudgetDocument[] => {
  const [first, ...rest] = former.filter(isMain);
  const window = windowOfDuration(wanted['budget_duration'], 'budget_duration');
  const main = amountOf(wanted, 'max_budget');
  const soft = amountOf(wanted, 'soft_budget');
  const formerSoft = former.find(isSoft);
  const others = former.filter((one) => one !== formerSoft && !isMain(one) && !isOfModel(one));
  return [
    ...(main === undefined ? [] : [{ ...first, limit_usd: main, window, ...raiseOf(given) }]),
    ...(given['budget_limits'] === undefined
      ? rest
      : windowsOf(given['budget_limits'], main === undefined ? undefined : window)),
    ...(soft === undefined ? [] : [{ ...formerSoft, limit_usd: soft, window, soft: true }]),
    ...(given['model_max_budget'] === undefined ? former.filter(isOfModel) : modelBudgets(given['model_max_budget'])),
    ...others,
  ];
};

const amountOf = (from: JsonObject, name: string): string | undefined => {
  const value = from[name];
  return value === undefined || value === null ? undefined : usdAsked(value, name);
};

const raiseOf = (given: JsonObject): Pick<BudgetDocument, 'raise'> => {
  const increase = amountOf(given, 'temp_budget_increase');
  if (increase === undefined) return {};
  const until = given['temp_budget_expiry'];
  const untilMs = typeof until === 'string' ? Date.parse(until) : Number.NaN;
  if (Number.isNaN(untilMs)) throw invalid('temp_budget_expiry', 'must be a time such as "2030-01-31T12:00:00Z"');
  return { raise: { usd: increase, until: new Date(untilMs).toISOString() } };
};

/** Several windows at once. One with the span of `max_budget` is that budget once more. */
const windowsOf = (value: Json, main: BudgetDocument['window'] | undefined): readonly BudgetDocument[] => {
  if (value === null) return [];
  if (!isArray(value)) throw invalid('budget_limits', 'must be a list of {"budget_duration", "max_budget"}');
  return value.flatMap((one, index) => {
    const field = `budget_limits[${index}]`;
    if (!isObject(one)) throw invalid(field, 'must be {"budget_duration": "24h", "max_budget": 10}');
    const window = windowOfDuration(one['budget_duration'], `${field}.budget_duration`);
    if (JSON.stringify(window) === JSON.stringify(main)) return [];
    return [{ limit_usd: usdAsked(one['max_budget'], `${field}.max_budget`), window }];
  });
};

const modelBudgets = (value: Json): readonly BudgetDocument[] =>
  members(value, 'model_max_budget').map(([model, one]) => {
    const field = `model_max_budget.${model}`;
    const given = isObject(one) ? one : { budget_limit: one };
    return {
      limit_usd: usdAsked(given['budget_limit'] ?? given['max_budget'], `${field}.budget_limit`),
      window: windowOfDuration(given['time_period'] ?? given['budget_duration'], `${field}.time_period`),
      models: modelPatterns(model),
    };
  });

/** A name without its provider is meant of any. */
const modelPatterns = (model: string): readonly string[] => (model.includes('/') ? [model] : [model, `*/${model}`]);
const modelOf = (patterns: readonly string[]): string => patterns[0] ?? '*';

const members = (value: Json | undefined, field: string): readonly (readonly [string, Json])[] => {
  if (value === null || value === undefined) return [];
  if (!isObject(value)) throw invalid(field, 'must be an object with a member for each model');
  return Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, member] as const]));
};

const limitsOf = (wanted: JsonObject, former: readonly LimitDocument[]): LimitDocument[] => {
  const plain: LimitDocument = {
    ...former.find(({ models }) => models === undefined),
    requests_per_minute: countOf(wanted['rpm_limit'], 'rpm_limit'),
    tokens_per_minute: countOf(wanted['tpm_limit'], 'tpm_limit'),
    parallel_requests: countOf(wanted['max_parallel_requests'], 'max_parallel_requests'),
  };
  const byModel = new Map<string, LimitDocument>();
  const add = (model: string, limit: LimitDocument): void => {
    byModel.set(model, { ...byModel.get(model), models: modelPatterns(model), ...limit });
  };
  for (const [model, count] of members(wanted['model_rpm_limit'], 'model_rpm_limit'))
    add(model, { requests_per_minute: countOf(count, `model_rpm_limit.${model}`) });
  for (const [model, count] of members(wanted['model_tpm_limit'], 'model_tpm_limit'))
    add(model, { tokens_per_minute: countOf(count, `model_tpm_limit.${model}`) });
  return [plain, ...byModel.values()].map(withoutNothing).filter((limit) => Object.keys(limit).some(isCount));
};

const isCount = (name: string): boolean => name !== 'models';

const withoutNothing = (limit: LimitDocument): LimitDocument =>
  Object.fromEntries(Object.entries(limit).filter(([, value]) => value !== undefined));

const countOf = (value: Json | undefined, field: string): number | undefined => {
  if (value === undefined || value === null) return undefined;
  const count = typeof value === 'string' ? Number(value) : value;
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0)
    throw invalid(field, 'must be a whole number, 0 or more');
  return count;
};

/** Budgets and limits in LiteLLM's words. */
export const heldView = ({ budgets = [], limits = [] }: Held): JsonObject => {
  const windows = budgets.filter(isMain);
  const [main] = windows;
  const soft = budgets.find(isSoft);
  const plain = limits.find(({ models }) => models === undefined);
  const ofModels = limits.filter(({ models }) => models !== undefined);
  return {
    max_budget: main === undefined ? null : Number(main.limit_usd),
    soft_budget: soft === undefined ? null : Number(soft.limit_usd),
    budget_duration: durationOfWindow((main ?? soft)?.window ?? 'lifetime'),
    ...(windows.length < 2 ? {} : { budget_limits: windows.map(windowView) }),
    model_max_budget: Object.fromEntries(budgets.filter(isOfModel).map(modelView)),
    tpm_limit: plain?.tokens_per_minute ?? null,
    rpm_limit: plain?.requests_per_minute ?? null,
    max_parallel_requests: plain?.parallel_requests ?? null,
    model_rpm_limit: countsOf(ofModels, 'requests_per_minute'),
    model_tpm_limit: countsOf(ofModels, 'tokens_per_minute'),
  };
};

const windowView = ({ limit_usd, window }: BudgetDocument): JsonObject => ({
  budget_duration: durationOfWindow(window),
  max_budget: Number(limit_usd),
});

const modelView = ({ limit_usd, window, models = [] }: BudgetDocument): readonly [string, JsonObject] => [
  modelOf(models),
  { budget_limit: Number(limit_usd), time_period: durationOfWindow(window) },
];

const countsOf = (limits: readonly LimitDocument[], name: 'requests_per_minute' | 'tokens_per_minute'): JsonObject =>
  Object.fromEntries(
    limits.flatMap((limit) => (limit[name] === undefined ? [] : [[modelOf(limit.models ?? []), limit[name]]])),
  );
