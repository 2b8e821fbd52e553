import type { Loss } from '../../src/core/ir/index.ts';
import { isArray, isObject } from '../../src/core/json/json.ts';

/** Whether a loss speaks of the field at `path`, of something it stands in, or of something in it. */
export const touches = (loss: Loss, path: string): boolean => {
  // A member lost in many blocks is named at the first; a lost block is named each time.
  const spread = !loss.field.endsWith(']');
  const [field, place] = spread ? [anywhere(loss.field), anywhere(path)] : [loss.field, path];
  return field === place || begins(field, place) || begins(place, field);
};

const anywhere = (path: string): string => path.replaceAll(/\[\d+\]/g, '[]');

const begins = (longer: string, shorter: string): boolean =>
  longer.startsWith(shorter) && /^[.[]/.test(longer.slice(shorter.length));

export const isTouched = (losses: readonly Loss[], path: string): boolean => losses.some((loss) => touches(loss, path));

/** The paths at which two values differ. */
export const differingPaths = (a: unknown, b: unknown, path: string): readonly string[] => {
  if (isArray(a) && isArray(b) && a.length === b.length)
    return a.flatMap((item, index) => differingPaths(item, b[index], `${path}[${index}]`));
  if (isObject(a) && isObject(b))
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
      differingPaths(a[key], b[key], path === '' ? key : `${path}.${key}`),
    );
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [path];
};
