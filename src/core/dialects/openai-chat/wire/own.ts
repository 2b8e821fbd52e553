import type { CacheMark, Meta } from '../../../ir/index.ts';
import { type Json, type JsonDraft, type JsonObject, setMember } from '../../../json/json.ts';

export const own = 'openai-chat' as const;

/**
 * What this dialect keeps in `meta`: `members` are unknown members of the wire object; `part` is the wire's part type where the block alone
 * does not tell it; `bare` marks a part whose value was a string instead of an object; `member` is where reasoning stood.
 */
export const ownMeta = (holder: { readonly meta?: Meta }): JsonObject | undefined => holder.meta?.[own];

/** A `meta` to spread into a block or turn; nothing when there is nothing to keep. */
export const metaOf = (kept: JsonDraft): { readonly meta?: Meta } => {
  for (const key in kept) if (kept[key] !== undefined) return { meta: { [own]: withoutUndefined(kept) } };
  return {};
};

const withoutUndefined = (draft: JsonDraft): JsonObject =>
  Object.values(draft).includes(undefined)
    ? Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined))
    : draft;

/** Members that are neither known nor null (null says "not given" in this dialect); undefined when there is none. */
export const restOf = (value: JsonObject, known: ReadonlySet<string>): JsonObject | undefined => {
  let rest: JsonDraft | undefined;
  for (const key in value) {
    const member = value[key];
    if (member === undefined || member === null || known.has(key)) continue;
    rest ??= {};
    setMember(rest, key, member);
  }
  return rest;
};

/** Reads `cache_control`; undefined when there is none or it has a lifetime this gateway does not know (then it stays an unknown member). */
export const readCacheMark = (holder: JsonObject): CacheMark | undefined => {
  const mark = holder['cache_control'] as JsonObject | null | undefined;
  if (typeof mark !== 'object' || mark === null || mark['type'] !== 'ephemeral') return undefined;
  const ttl = mark['ttl'];
  if (ttl === undefined || ttl === null) return {};
  return ttl === '5m' || ttl === '1h' ? { ttl } : undefined;
};

export const writeCacheMark = (mark: CacheMark): JsonObject =>
  mark.ttl === undefined ? { type: 'ephemeral' } : { type: 'ephemeral', ttl: mark.ttl };

/** The whole text of a wire value that may be a string or JSON (some hosts write arguments as an object). */
export const textOf = (value: Json | undefined): string => {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
};
