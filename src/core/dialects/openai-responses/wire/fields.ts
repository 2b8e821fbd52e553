import { invalidField } from '../../../errors/gateway-error.ts';
import { isArray, isNumber, isObject, isString, type JsonObject } from '../../../json/json.ts';
import { typeName } from '../../checked/site.ts';

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

type Guard<T> = (value: unknown) => value is T;
type Reader<T> = (holder: JsonObject, key: string, prefix?: string) => T;

/** Reads a member that may be absent or null. Throws `invalid_request` naming the path when it has another type. */
const optional =
  <T>(guard: Guard<T>, expected: string): Reader<T | undefined> =>
  (holder, key, prefix = '') => {
    const value = holder[key];
    if (value === undefined || value === null) return undefined;
    if (guard(value)) return value;
    throw invalidField(`${prefix}${key}`, `must be ${expected}, but is ${typeName(value)}.`);
  };

const required =
  <T>(read: Reader<T | undefined>, expected: string): Reader<T> =>
  (holder, key, prefix = '') => {
    const value = read(holder, key, prefix);
    if (value !== undefined) return value;
    throw invalidField(`${prefix}${key}`, `must be ${expected}, but is ${typeName(holder[key])}.`);
  };

export const optionalString = optional(isString, 'a string');
export const optionalNumber = optional(isNumber, 'a number');
export const optionalBoolean = optional(isBoolean, 'true or false');
export const optionalObject = optional(isObject, 'an object');
export const optionalArray = optional(isArray, 'an array');
export const requiredString = required(optionalString, 'a string');
