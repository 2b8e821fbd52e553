/** A JSON value as it stands on the wire. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** An object under construction. `undefined` members vanish when it is written. */
export type JsonDraft = Record<string, Json | undefined>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isArray = (value: unknown): value is readonly Json[] => Array.isArray(value);

export const isString = (value: unknown): value is string => typeof value === 'string';

export const isNumber = (value: unknown): value is number => typeof value === 'number';

/** The member when it is a string, else undefined. */
export const stringAt = (value: Json | undefined, key: string): string | undefined => {
  const member = isObject(value) ? value[key] : undefined;
  return typeof member === 'string' ? member : undefined;
};

/** The member when it is a finite number, else undefined. */
export const numberAt = (value: Json | undefined, key: string): number | undefined => {
  const member = isObject(value) ? value[key] : undefined;
  return typeof member === 'number' ? member : undefined;
};

/** The member when it is a boolean, else undefined. */
export const booleanAt = (value: Json | undefined, key: string): boolean | undefined => {
  const member = isObject(value) ? value[key] : undefined;
  return typeof member === 'boolean' ? member : undefined;
};

/** The member when it is an object, else undefined. */
export const objectAt = (value: Json | undefined, key: string): JsonObject | undefined => {
  const member = isObject(value) ? value[key] : undefined;
  return isObject(member) ? member : undefined;
};

/** The member when it is an array, else an empty one. */
export const arrayAt = (value: Json | undefined, key: string): readonly Json[] => {
  const member = isObject(value) ? value[key] : undefined;
  return isArray(member) ? member : [];
};

/** Parses text that may be anything. Undefined when it is not JSON. */
export const parseJson = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** The members of `value` whose names are not in `known`; undefined when there is none. */
export const unknownMembers = (value: JsonObject, known: ReadonlySet<string>): JsonObject | undefined => {
  let rest: JsonDraft | undefined;
  for (const key of Object.keys(value)) {
    if (known.has(key) || value[key] === undefined) continue;
    rest ??= {};
    setMember(rest, key, value[key]);
  }
  return rest;
};

/** Sets a member whose name came from outside. A plain assignment to `__proto__` would set the prototype instead. */
export const setMember = (draft: JsonDraft, name: string, value: Json | undefined): void => {
  if (name !== '__proto__') draft[name] = value;
  else Object.defineProperty(draft, name, { value, writable: true, enumerable: true, configurable: true });
};
