import type { CacheMark } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject } from '../../../json/json.ts';

/** The mark that a `cachePoint` stands for; undefined for one that says more than a mark can. */
export const decodeCachePoint = (value: Json | undefined): CacheMark | undefined => {
  if (!isObject(value) || value['type'] !== 'default') return undefined;
  for (const name of Object.keys(value)) if (name !== 'type' && name !== 'ttl') return undefined;
  const ttl = value['ttl'] ?? undefined;
  if (ttl === undefined) return {};
  return ttl === '5m' || ttl === '1h' ? { ttl } : undefined;
};

/** On this wire a mark is an item of its own, behind what it marks. */
export const encodeCachePoint = (mark: CacheMark): JsonObject => ({
  cachePoint: mark.ttl === undefined ? { type: 'default' } : { type: 'default', ttl: mark.ttl },
});

/** Puts each mark on the item before it. One that has none before it, or a marked one, stays as it is. */
export const attachMarks = <Item>(
  values: readonly Json[],
  read: (value: Json, index: number) => Item,
  /** The item with the mark; undefined when it takes none. */
  mark: (item: Item, cache: CacheMark) => Item | undefined,
): readonly Item[] => {
  const items: Item[] = [];
  for (const [index, value] of values.entries()) {
    const cache = isObject(value) ? decodeCachePoint(value['cachePoint']) : undefined;
    const last = items.at(-1);
    const marked = cache === undefined || last === undefined ? undefined : mark(last, cache);
    if (marked === undefined) items.push(read(value, index));
    else items[items.length - 1] = marked;
  }
  return items;
};
