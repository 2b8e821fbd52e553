import { isArray, isObject, isString, type Json } from '../json/json.ts';
import { LinearPattern } from '../pattern/linear-pattern.ts';
import { PatternProblem } from '../pattern/pattern-tree.ts';
import type { Condition, FactPath } from './condition.ts';

/** What is wrong with a written condition, and where. */
export interface ConditionProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly fix: string;
}

export type ReadCondition = { readonly condition: Condition } | { readonly problem: ConditionProblem };

const roots = ['metadata', 'params', 'url', 'headers'] as const;

/** Deeper nesting is nobody's. */
const deepest = 16;
/** More questions than these are nobody's either. */
const mostQuestions = 1000;

/**
 * Reads a condition as `{"metadata.tier": "paid", "params.max_tokens": {"$gte": 1000}, "$or": [{…}, {…}]}`: all members must hold. A value alone
 * means equality.
 */
export const readCondition = (written: Json): ReadCondition => {
  try {
    return { condition: new ConditionReader().all(written, []) };
  } catch (error) {
    if (error instanceof Wrong) return { problem: error.problem };
    throw error;
  }
};

/** Reads where in a request something stands, as in `metadata.tier`; undefined when it is not such a path. */
export const readFactPath = (name: string): FactPath | undefined => {
  const steps = name.split('.');
  const [root = ''] = steps;
  if (!(roots as readonly string[]).includes(root) || steps.length < 2 || steps.includes('')) return undefined;
  // Header names have no large and small letters.
  return root === 'headers' ? [root, steps.slice(1).join('.').toLowerCase()] : steps;
};

class Wrong extends Error {
  readonly problem: ConditionProblem;

  constructor(path: ConditionProblem['path'], message: string, fix: string) {
    super(message);
    this.problem = { path, message, fix };
  }
}

type Path = ConditionProblem['path'];

class ConditionReader {
  #questions = 0;

  all(written: Json, path: Path): Condition {
    if (path.length > deepest * 2) throw new Wrong(path, 'is nested too deep', 'write it flatter');
    if (!isObject(written)) throw new Wrong(path, 'must be a map of questions', 'write `{"metadata.tier": "paid"}`');
    return joined(Object.entries(written).map(([name, value]) => this.#member(name, value ?? null, [...path, name])));
  }

  #member(name: string, value: Json, path: Path): Condition {
    this.#questions += 1;
    if (this.#questions > mostQuestions) throw new Wrong(path, `is more than ${mostQuestions} questions`, 'ask less');
    if (name === '$and' || name === '$or') {
      if (!isArray(value) || value.length === 0)
        throw new Wrong(path, 'must be a list of conditions', 'write one condition at least');
      const of = value.map((inner, index) => this.all(inner, [...path, index]));
      return { kind: name === '$and' ? 'all' : 'any', of };
    }
    if (name === '$not') return { kind: 'not', of: this.all(value, path) };
    if (name.startsWith('$'))
      throw new Wrong(
        path,
        'is not a known operator here',
        'use $and, $or or $not, or begin with a path such as metadata.tier',
      );
    const steps = readFactPath(name);
    if (steps === undefined)
      throw new Wrong(path, 'is not a path', 'begin with metadata., params., headers. or url.pathname');
    return isObject(value)
      ? this.#comparisons(steps, value, path)
      : { kind: 'equal', path: steps, value: scalar(value, path) };
  }

  #comparisons(steps: FactPath, written: Json, path: Path): Condition {
    if (!isObject(written)) throw new Wrong(path, 'must be a map of operators', 'write `{"$ne": "paid"}`');
    if (path.length > deepest * 2) throw new Wrong(path, 'is nested too deep', 'write it flatter');
    const of = Object.entries(written).map(([operator, operand]): Condition => {
      const at = [...path, operator];
      if (operator === '$not') return { kind: 'not', of: this.#comparisons(steps, operand ?? null, at) };
      return comparison(steps, { operator, operand: operand ?? null }, at);
    });
    if (of.length === 0) throw new Wrong(path, 'asks nothing', 'write a value, or an operator such as {"$gte": 1}');
    return joined(of);
  }
}

const joined = (of: readonly Condition[]): Condition => {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: 'all', of };
};

const orders = { $gt: 'greater', $gte: 'at-least', $lt: 'less', $lte: 'at-most' } as const;

const isOrder = (operator: string): operator is keyof typeof orders => Object.hasOwn(orders, operator);

const comparison = (
  steps: FactPath,
  { operator, operand }: { readonly operator: string; readonly operand: Json },
  path: Path,
): Condition => {
  if (isOrder(operator)) return { kind: orders[operator], path: steps, value: number(operand, path) };
  switch (operator) {
    case '$eq':
      return { kind: 'equal', path: steps, value: scalar(operand, path) };
    case '$ne':
      return { kind: 'not-equal', path: steps, value: scalar(operand, path) };
    case '$in':
    case '$nin':
      return { kind: operator === '$in' ? 'in' : 'not-in', path: steps, values: scalars(operand, path) };
    case '$exists':
      if (typeof operand !== 'boolean') throw new Wrong(path, 'must be true or false', 'write true');
      return { kind: 'exists', path: steps, value: operand };
    case '$regex':
      return { kind: 'matches', path: steps, pattern: pattern(operand, path) };
    default:
      throw new Wrong(
        path,
        'is not a known operator',
        'use $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $regex, $exists or $not',
      );
  }
};

const number = (operand: Json, path: Path): number => {
  const value = isString(operand) && operand.trim() !== '' ? Number(operand) : operand;
  if (typeof value !== 'number' || Number.isNaN(value)) throw new Wrong(path, 'must be a number', 'write a number');
  return value;
};

const scalar = (value: Json, path: Path): string | number | boolean => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new Wrong(path, 'must be a text, a number or true or false', 'write a single value');
};

const scalars = (operand: Json, path: Path): readonly (string | number | boolean)[] => {
  if (!isArray(operand)) throw new Wrong(path, 'must be a list of values', 'write `["a", "b"]`');
  return operand.map((value, index) => scalar(value, [...path, index]));
};

const pattern = (operand: Json, path: Path): LinearPattern => {
  if (!isString(operand)) throw new Wrong(path, 'must be a regular expression, as text', 'write `"^gpt-"`');
  try {
    return new LinearPattern(operand);
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    throw new Wrong(path, error.message, 'write a regular expression without look-arounds and back references');
  }
};
