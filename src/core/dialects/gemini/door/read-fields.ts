import { invalidField } from '../../../errors/gateway-error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../../json/json.ts';
import { typeName } from '../../checked/site.ts';

interface Scalars {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
}

/** A client's scalar member; undefined when it is not set. Throws `invalid_request` that names the member when its type is wrong. */
export const scalarField = <Name extends keyof Scalars>(
  message: JsonObject,
  key: string,
  expected: { readonly type: Name; readonly path: string },
): Scalars[Name] | undefined => {
  const value = message[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === expected.type) return value as Scalars[Name];
  throw invalidField(join(expected.path, key), `must be a ${expected.type}, but is ${typeName(value)}.`);
};

/** A client's object; throws `invalid_request` when it is something else. */
export const objectValue = (value: Json | undefined, path: string): JsonObject => {
  if (isObject(value)) return value;
  throw invalidField(path, `must be an object, but is ${typeName(value)}.`);
};

/** A client's list of messages. As the API does, one message stands for a list of one. */
export const messageList = (value: Json, path: string): readonly JsonObject[] => {
  if (isObject(value)) return [value];
  if (!isArray(value)) throw invalidField(path, `must be an array, but is ${typeName(value)}.`);
  return value.map((item, index) => objectValue(item, `${path}[${index}]`));
};

/** A client's list of texts. */
export const stringList = (value: Json, path: string): readonly string[] => {
  const list = typeof value === 'string' ? [value] : value;
  if (!isArray(list)) throw invalidField(path, `must be an array of strings, but is ${typeName(value)}.`);
  return list.map((item, index) => {
    if (typeof item === 'string') return item;
    throw invalidField(`${path}[${index}]`, `must be a string, but is ${typeName(item)}.`);
  });
};

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
