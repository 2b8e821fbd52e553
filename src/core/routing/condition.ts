import { isArray, isObject, type Json, type JsonObject } from '../json/json.ts';

type Scalar = string | number | boolean;

/** A question about a request. A path that leads nowhere makes every comparison false, `not-equal` too. */
export type Condition =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'equal' | 'not-equal'; readonly path: readonly string[]; readonly value: Scalar }
  | {
      readonly kind: 'greater' | 'at-least' | 'less' | 'at-most';
      readonly path: readonly string[];
      readonly value: number;
    }
  | { readonly kind: 'in' | 'not-in'; readonly path: readonly string[]; readonly values: readonly Scalar[] };

/** What conditions can see. */
export interface ConditionFacts {
  readonly metadata: JsonObject;
  /** The request's body. */
  readonly params: JsonObject;
  readonly url: { readonly pathname: string };
}

export const holds = (condition: Condition, facts: ConditionFacts): boolean => {
  switch (condition.kind) {
    case 'all':
      return condition.of.every((inner) => holds(inner, facts));
    case 'any':
      return condition.of.some((inner) => holds(inner, facts));
    case 'equal':
    case 'not-equal': {
      const found = at(condition.path, facts);
      return found !== undefined && same(found, condition.value) === (condition.kind === 'equal');
    }
    case 'in':
    case 'not-in': {
      const found = at(condition.path, facts);
      return found !== undefined && condition.values.some((value) => same(found, value)) === (condition.kind === 'in');
    }
    case 'greater':
    case 'at-least':
    case 'less':
    case 'at-most':
      return compare(condition.kind, numberOf(at(condition.path, facts)), condition.value);
  }
};

const compare = (kind: 'greater' | 'at-least' | 'less' | 'at-most', found: number, value: number): boolean => {
  switch (kind) {
    case 'greater':
      return found > value;
    case 'at-least':
      return found >= value;
    case 'less':
      return found < value;
    case 'at-most':
      return found <= value;
  }
};

/** Headers and metadata carry numbers as text; NaN compares false with everything. */
const numberOf = (value: Json | undefined): number => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
};

const same = (found: Json, value: Scalar): boolean =>
  found === value || (typeof value === 'number' && typeof found === 'string' && numberOf(found) === value);

const at = (path: readonly string[], facts: ConditionFacts): Json | undefined => {
  let part: Json | undefined = facts as unknown as JsonObject;
  for (const step of path) {
    if (part === undefined) return undefined;
    if (isArray(part)) part = part[Number(step)];
    else part = isObject(part) && Object.hasOwn(part, step) ? part[step] : undefined;
  }
  return part === null ? undefined : part;
};
