import { invalidField } from '../../../errors/gateway-error.ts';
import { isArray, isNumber, isObject, isString, type Json, type JsonObject } from '../../../json/json.ts';

export const typeName = (value: Json | undefined): string => {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`.replace('a object', 'an object');
};

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
    throw invalidField(`${prefix}${key}`, `must be ${expected}, got ${typeName(value)}.`);
  };

const required =
  <T>(read: Reader<T | undefined>, expected: string): Reader<T> =>
  (holder, key, prefix = '') => {
    const value = read(holder, key, prefix);
    if (value !== undefined) return value;
    throw invalidField(`${prefix}${key}`, `is required and must be ${expected}, got ${typeName(holder[key])}.`);
  };

export const optionalString = optional(isString, 'a string');
export const optionalNumber = optional(isNumber, 'a number');
export const optionalBoolean = optional(isBoolean, 'true or false');
export const optionalObject = optional(isObject, 'an object');
export const optionalArray = optional(isArray, 'an array');
export const requiredString = required(optionalString, 'a string');
