import { invalidField } from '../../errors/gateway-error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../json/json.ts';
import { typeName } from './site.ts';

/** Readers of a client's optional members: null and absent are the same, any other type is refused by name. */
const reader =
  <T extends Json>(wanted: string, fits: (value: Json) => value is T) =>
  (object: JsonObject, name: string, prefix = ''): T | undefined => {
    const value = object[name];
    if (value === undefined || value === null) return undefined;
    if (fits(value)) return value;
    throw invalidField(`${prefix}${name}`, `must be ${wanted}, but is ${typeName(value)}.`);
  };

export const stringField = reader('a string', (value): value is string => typeof value === 'string');
export const booleanField = reader('true or false', (value): value is boolean => typeof value === 'boolean');
export const numberField = reader('a number', (value): value is number => typeof value === 'number');
export const objectField = reader('an object', (value): value is JsonObject => isObject(value));
export const arrayField = reader('an array', (value): value is readonly Json[] => isArray(value));

/** A whole number of at least `least`. */
export const countField = (
  object: JsonObject,
  name: string,
  { least, prefix = '' }: { readonly least: number; readonly prefix?: string },
): number | undefined => {
  const value = numberField(object, name, prefix);
  if (value === undefined || (Number.isInteger(value) && value >= least)) return value;
  throw invalidField(`${prefix}${name}`, `must be a whole number of at least ${least}.`);
};

export const stringsField = (object: JsonObject, name: string, prefix = ''): readonly string[] | undefined =>
  arrayField(object, name, prefix)?.map((value, index) => {
    if (typeof value === 'string') return value;
    throw invalidField(`${prefix}${name}[${index}]`, `must be a string, but is ${typeName(value)}.`);
  });
