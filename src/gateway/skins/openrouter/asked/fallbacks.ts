import { invalidField } from '../../../../core/errors/gateway-error.ts';
import { isArray, isObject, isString, type Json, type JsonObject } from '../../../../core/json/json.ts';
import type { Changes } from './body-with.ts';

const most = 3;

/** `fallbacks` of Messages, as the models they name. */
export const fallbackModels = (body: JsonObject): Changes => {
  const { fallbacks, models } = body;
  if (fallbacks === undefined) return {};
  if (models !== undefined) throw invalidField('fallbacks', 'cannot stand beside `models`: send one of them.');
  if (!isArray(fallbacks) || fallbacks.length > most)
    throw invalidField('fallbacks', `must be a list of at most ${most} objects such as {"model": "openai/gpt-4o"}.`);
  return { fallbacks: undefined, models: fallbacks.map(modelOf) };
};

const modelOf = (fallback: Json, index: number): string => {
  const at = `fallbacks[${index}]`;
  if (!isObject(fallback) || !isString(fallback['model'])) throw invalidField(at, 'must name a `model`.');
  const other = Object.keys(fallback).find((name) => name !== 'model');
  if (other !== undefined) throw invalidField(`${at}.${other}`, 'is not taken: only `model` may stand in a fallback.');
  return fallback['model'];
};
