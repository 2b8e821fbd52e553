import { invalidField } from '../../../../core/errors/gateway-error.ts';
import { isArray, isObject, isString, type Json, type JsonObject } from '../../../../core/json/json.ts';

/** The settings of a plugin; undefined when the request has none or switches it off. */
export const pluginNamed = ({ plugins }: JsonObject, id: string): JsonObject | undefined => {
  if (plugins === undefined || plugins === null) return undefined;
  if (!isArray(plugins)) throw invalidField('plugins', 'must be a list of objects with an `id`.');
  const found = plugins.find((plugin) => isObject(plugin) && plugin['id'] === id);
  return isObject(found ?? null) && (found as JsonObject)['enabled'] !== false ? (found as JsonObject) : undefined;
};

const mostPatterns = 1024;

/** Patterns of model names, such as `anthropic/*`. */
export const patternsOf = (value: Json | undefined, param: string): readonly RegExp[] | undefined => {
  if (value === undefined || value === null) return undefined;
  if (!isArray(value) || value.length > mostPatterns || !value.every(isString))
    throw invalidField(param, `must be a list of at most ${mostPatterns} patterns such as "anthropic/*".`);
  return value.map((pattern) => {
    if (pattern.length > mostPatterns)
      throw invalidField(param, `holds a pattern of more than ${mostPatterns} characters.`);
    const escaped = pattern.split('*').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    return new RegExp(`^${escaped.join('[^]*')}$`);
  });
};

export const numberOf = (value: Json | undefined, param: string): number | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw invalidField(param, 'must be a number, 0 or more.');
};
