import { isArray, isObject, type Json, type JsonObject } from '../json/json.ts';
import type { LinearPattern } from '../pattern/linear-pattern.ts';

type Scalar = string | number | boolean;

/** Where in what conditions can see: `['metadata', 'tier']`. */
export type FactPath = readonly string[];

/**
 * A question about a request. A path that leads nowhere has no answer: it makes every comparison false, `not-equal` too, and so it stays under a `not`.
 * Only `exists` asks for it.
 */
export type Condition =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'exists'; readonly path: FactPath; readonly value: boolean }
  | { readonly kind: 'equal' | 'not-equal'; readonly path: FactPath; readonly value: Scalar }
  | { readonly kind: 'greater' | 'at-least' | 'less' | 'at-most'; readonly path: FactPath; readonly value: number }
  | { readonly kind: 'in' | 'not-in'; readonly path: FactPath; readonly values: readonly Scalar[] }
  | { readonly kind: 'matches'; readonly path: FactPath; readonly pattern: LinearPattern };

/** What conditions can see. */
export interface ConditionFacts {
  readonly metadata: JsonObject;
  /** The request's body. */
  readonly params: JsonObject;
  readonly url: { readonly pathname: string };
  /** The request's, by names in small letters; absent where nobody looks. */
  readonly headers?: JsonObject;
}

export const holds = (condition: Condition, facts: ConditionFacts): boolean => answer(condition, facts) === true;

/** Undefined where a path leads nowhere. */
const answer = (condition: Condition, facts: ConditionFacts): boolean | undefined => {
  switch (condition.kind) {
    case 'all':
      return every(condition.of, facts);
    case 'any':
      return some(condition.of, facts);
    case 'not': {
      const inner = answer(condition.of, facts);
      return inner === undefined ? undefined : !inner;
    }
    case 'exists':
      return (factAt(condition.path, facts) !== undefined) === condition.value;
    default: {
      const found = factAt(condition.path, facts);
      return found === undefined ? undefined : compared(condition, found);
    }
  }
};

const every = (of: readonly Condition[], facts: ConditionFacts): boolean | undefined => {
  let all: boolean | undefined = true;
  for (const condition of of) {
    const inner = answer(condition, facts);
    if (inner === false) return false;
    if (inner === undefined) all = undefined;
  }
  return all;
};

const some = (of: readonly Condition[], facts: ConditionFacts): boolean | undefined => {
  let any: boolean | undefined = false;
  for (const condition of of) {
    const inner = answer(condition, facts);
    if (inner === true) return true;
    if (inner === undefined) any = undefined;
  }
  return any;
};

type Comparison = Exclude<Condition, { readonly kind: 'all' | 'any' | 'not' | 'exists' }>;

const compared = (condition: Comparison, found: Json): boolean => {
  switch (condition.kind) {
    case 'equal':
    case 'not-equal':
      return same(found, condition.value) === (condition.kind === 'equal');
    case 'in':
    case 'not-in':
      return condition.values.some((value) => same(found, value)) === (condition.kind === 'in');
    case 'matches':
      return typeof found === 'object' ? false : condition.pattern.test(String(found));
    case 'greater':
      return numberOf(found) > condition.value;
    case 'at-least':
      return numberOf(found) >= condition.value;
    case 'less':
      return numberOf(found) < condition.value;
    case 'at-most':
      return numberOf(found) <= condition.value;
  }
};

/** Headers and metadata carry numbers as text; NaN compares false with everything. */
const numberOf = (value: Json): number => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
};

const same = (found: Json, value: Scalar): boolean =>
  found === value || (typeof value === 'number' && typeof found === 'string' && numberOf(found) === value);

/** What stands at a path; undefined where it leads nowhere, or to null. */
export const factAt = (path: FactPath, facts: ConditionFacts): Json | undefined => {
  let part: Json | undefined = facts as unknown as JsonObject;
  for (const step of path) {
    if (part === undefined) return undefined;
    if (isArray(part)) part = part[Number(step)];
    else part = isObject(part) && Object.hasOwn(part, step) ? part[step] : undefined;
  }
  return part === null ? undefined : part;
};
