import type { Meta } from '../../../ir/index.ts';
import type { JsonDraft, JsonObject } from '../../../json/json.ts';

export const own = 'ollama' as const;

/** What this dialect keeps in `meta`: `members` are unknown members of the wire object; `madeUpId` marks an id the client did not write. */
export const ownMeta = (holder: { readonly meta?: Meta }): JsonObject | undefined => holder.meta?.[own];

/** A `meta` to spread into a block or turn; nothing when there is nothing to keep. */
export const metaOf = (kept: JsonDraft): { readonly meta?: Meta } => {
  const entries = Object.entries(kept).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? {} : { meta: { [own]: Object.fromEntries(entries) } };
};
