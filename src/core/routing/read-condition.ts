import { isArray, isObject, isString, type Json } from '../json/json.ts';
import type { Condition } from './condition.ts';

/** What is wrong with a written condition, and where. */
export interface ConditionProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly fix: string;
}

export type ReadCondition = { readonly condition: Condition } | { readonly problem: ConditionProblem };

const roots = ['metadata', 'params', 'url'] as const;

/** Deeper nesting is nobody's. */
const deepest = 16;

/**
 * Reads a condition as `{"metadata.tier": "paid", "params.max_tokens": {"$gte": 1000}, "$or": [{…}, {…}]}`: all members must hold. A value alone
 * means equality.
 */
export const readCondition = (written: Json): ReadCondition => {
  try {
    return { condition: all(written, []) };
  } catch (error) {
    if (error instanceof Wrong) return { problem: error.problem };
    throw error;
  }
};

class Wrong extends Error {
  readonly problem: ConditionProblem;

  constructor(path: ConditionProblem['path'], message: string, fix: string) {
    super(message);
    this.problem = { path, message, fix };
  }
}

const all = (written: Json, path: ConditionProblem['path']): Condition => {
  if (path.length > deepest * 2) throw new Wrong(path, 'is nested too deep', 'write it flatter');
  if (!isObject(written)) throw new Wrong(path, 'must be a map of questions', 'write `{"metadata.tier": "paid"}`');
  const of = Object.entries(written).map(([name, value]) => member(name, value ?? null, [...path, name]));
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: 'all', of };
};

const member = (name: string, value: Json, path: ConditionProblem['path']): Condition => {
  if (name === '$and' || name === '$or') {
    if (!isArray(value) || value.length === 0)
      throw new Wrong(path, 'must be a list of conditions', 'write one condition at least');
    return { kind: name === '$and' ? 'all' : 'any', of: value.map((inner, index) => all(inner, [...path, index])) };
  }
  if (name.startsWith('$'))
    throw new Wrong(
      path,
      'is not a known operator here',
      'use $and or $or, or begin with a path such as metadata.tier',
    );
  const steps = name.split('.');
  if (!(roots as readonly string[]).includes(steps[0] ?? '') || steps.length < 2 || steps.includes(''))
    throw new Wrong(path, 'is not a path', 'begin with metadata., params. or url.pathname');
  if (!isObject(value)) return { kind: 'equal', path: steps, value: scalar(value, path) };
  const of = Object.entries(value).map(([operator, operand]) =>
    comparison(steps, { operator, operand: operand ?? null }, [...path, operator]),
  );
  const [only] = of;
  if (only === undefined) throw new Wrong(path, 'asks nothing', 'write a value, or an operator such as {"$gte": 1}');
  return of.length === 1 ? only : { kind: 'all', of };
};

const orders = { $gt: 'greater', $gte: 'at-least', $lt: 'less', $lte: 'at-most' } as const;

const isOrder = (operator: string): operator is keyof typeof orders => Object.hasOwn(orders, operator);

const comparison = (
  steps: readonly string[],
  { operator, operand }: { readonly operator: string; readonly operand: Json },
  path: ConditionProblem['path'],
): Condition => {
  if (isOrder(operator)) {
    const value = typeof operand === 'number' ? operand : isString(operand) ? Number(operand) : Number.NaN;
    if (Number.isNaN(value)) throw new Wrong(path, 'must be a number', 'write a number');
    return { kind: orders[operator], path: steps, value };
  }
  switch (operator) {
    case '$eq':
      return { kind: 'equal', path: steps, value: scalar(operand, path) };
    case '$ne':
      return { kind: 'not-equal', path: steps, value: scalar(operand, path) };
    case '$in':
    case '$nin': {
      if (!isArray(operand)) throw new Wrong(path, 'must be a list of values', 'write `["a", "b"]`');
      const values = operand.map((value, index) => scalar(value, [...path, index]));
      return { kind: operator === '$in' ? 'in' : 'not-in', path: steps, values };
    }
    default:
      throw new Wrong(
        path,
        'is not a known operator',
        'use $eq, $ne, $gt, $gte, $lt, $lte, $in or $nin; regular expressions are not taken',
      );
  }
};

const scalar = (value: Json, path: ConditionProblem['path']): string | number | boolean => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new Wrong(path, 'must be a text, a number or true or false', 'write a single value');
};
