import type { CacheMark } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject } from '../../../json/json.ts';

/** The mark of a `cache_control` that says no more than a mark can; undefined for any other value (it is kept as an unknown member). */
export const decodeCacheMark = (value: Json | undefined): CacheMark | undefined => {
  if (!isObject(value) || value['type'] !== 'ephemeral') return undefined;
  for (const name of Object.keys(value)) if (name !== 'type' && name !== 'ttl') return undefined;
  const ttl = value['ttl'];
  if (ttl === undefined || ttl === null) return {};
  return ttl === '5m' || ttl === '1h' ? { ttl } : undefined;
};

export const encodeCacheMark = (mark: CacheMark): JsonObject =>
  mark.ttl === undefined ? { type: 'ephemeral' } : { type: 'ephemeral', ttl: mark.ttl };
