import type { Meta } from '../../../ir/index.ts';
import { type JsonObject, unknownMembers } from '../../../json/json.ts';
import { decodeCacheMark } from './cache-mark.ts';
import { own } from './dialect-name.ts';

/** What blocks and tools share: the cache mark, and members that have no place of their own. */
export const decodeShared = (
  value: JsonObject,
  known: ReadonlySet<string>,
): { readonly cache?: NonNullable<ReturnType<typeof decodeCacheMark>>; readonly meta?: Meta } => {
  const control = value['cache_control'];
  const cache = decodeCacheMark(control);
  const rest = unknownMembers(value, known);
  const odd = cache === undefined && control !== undefined && control !== null;
  const members = odd ? { ...rest, cache_control: control } : rest;
  return {
    ...(cache === undefined ? {} : { cache }),
    ...(members === undefined ? {} : { meta: { [own]: members } }),
  };
};

/** Names for `decodeShared`, with `type` and `cache_control`, which are never unknown. */
export const knownMembers = (...names: readonly string[]): ReadonlySet<string> =>
  new Set(['type', 'cache_control', ...names]);
