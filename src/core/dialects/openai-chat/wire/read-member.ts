import { isArray, isObject, type Json, type JsonObject } from '../../../json/json.ts';
import { wrongType } from '../../checked/site.ts';

/** Readers of members a client wrote. Null counts as not given; a wrong type is refused by name. */

const reader =
  <Kind extends Json>(wanted: string, fits: (value: Json) => value is Kind) =>
  (body: JsonObject, name: string, path = name): Kind | undefined => {
    const value = body[name];
    if (value === undefined || value === null) return undefined;
    if (!fits(value)) throw wrongType(path, wanted, value);
    return value;
  };

export const readString = reader('a string', (value): value is string => typeof value === 'string');
export const readNumber = reader('a number', (value): value is number => typeof value === 'number');
export const readBoolean = reader('true or false', (value): value is boolean => typeof value === 'boolean');
export const readObject = reader('an object', (value): value is JsonObject => isObject(value));
export const readArray = reader('an array', (value): value is readonly Json[] => isArray(value));

/** `stop`: one string or a list of strings. */
export const readStops = (body: JsonObject): readonly string[] | undefined => {
  const value = body['stop'];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return [value];
  if (!isArray(value)) throw wrongType('stop', 'a string or an array of strings', value);
  const wrong = value.findIndex((stop) => typeof stop !== 'string');
  if (wrong >= 0) throw wrongType(`stop[${wrong}]`, 'a string', value[wrong]);
  return value as readonly string[];
};

/** The client's body as an object. */
export const readBody = (body: Json): JsonObject => {
  if (!isObject(body)) throw wrongType('body', 'a JSON object', body);
  return body;
};
