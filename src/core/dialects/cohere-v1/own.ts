import type { Meta } from '../../ir/index.ts';
import type { JsonDraft, JsonObject } from '../../json/json.ts';

export const own = 'cohere-v1' as const;

/**
 * What this dialect keeps in `meta`: `role` is the word a message of the history had, `implied` marks a turn of the model that a client left out
 * and only its tools' results speak of, `outputs` are a result's objects, `definitions` a tool's parameters, `members` unknown members.
 */
export const ownMeta = (holder: { readonly meta?: Meta }): JsonObject | undefined => holder.meta?.[own];

/** A `meta` to spread into a block or turn; nothing when there is nothing to keep. */
export const metaOf = (kept: JsonDraft): { readonly meta?: Meta } => {
  const entries = Object.entries(kept).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? {} : { meta: { [own]: Object.fromEntries(entries) } };
};

export const ownMembers = (holder: { readonly meta?: Meta }): JsonObject =>
  (ownMeta(holder)?.['members'] as JsonObject | undefined) ?? {};
