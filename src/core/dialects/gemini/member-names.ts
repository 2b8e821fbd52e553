import type { JsonDraft, JsonObject } from '../../json/json.ts';

const snakeCase = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/;

/**
 * One message of the wire with its own member names in camelCase and without `null` members, which mean "not set". The API takes both
 * spellings. Members' values are left alone: arguments, schemas and labels hold names that are the client's.
 */
export const camelMembers = (message: JsonObject): JsonObject => {
  if (!needsCopy(message)) return message;
  const copy: JsonDraft = {};
  for (const key of Object.keys(message)) {
    const value = message[key];
    if (value === null || value === undefined) continue;
    const name = snakeCase.test(key) ? key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) : key;
    if (name === key || message[name] === undefined) copy[name] = value;
  }
  return copy;
};

const needsCopy = (message: JsonObject): boolean => {
  for (const key in message) if (message[key] === null || key.includes('_')) return true;
  return false;
};

/** Members of `over` win; where both have an object, the objects are merged the same way. */
export const mergeMembers = (under: JsonObject, over: JsonObject | undefined): JsonObject => {
  if (over === undefined) return under;
  const merged: JsonDraft = { ...under };
  for (const key of Object.keys(over)) {
    const [below, above] = [merged[key], over[key]];
    merged[key] = isPlain(below) && isPlain(above) ? mergeMembers(below, above) : above;
  }
  return merged;
};

const isPlain = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
