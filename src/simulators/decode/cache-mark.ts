import { isObject, type Json } from '../../core/json/json.ts';

/** A cache mark's lifetime; `5m` is what Anthropic takes when none is named. */
export const cacheMark = (value: Json | undefined): string | undefined => {
  if (!isObject(value)) return undefined;
  return typeof value['ttl'] === 'string' ? value['ttl'] : '5m';
};
