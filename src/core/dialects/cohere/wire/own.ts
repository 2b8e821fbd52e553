import type { Meta } from '../../../ir/index.ts';
import { type Json, type JsonDraft, type JsonObject, setMember } from '../../../json/json.ts';

export const own = 'cohere' as const;

/**
 * What this dialect keeps in `meta`: `members` are unknown members of the wire object, `document` is a document as the client wrote it, and
 * `plan` marks a thought that stood in `tool_plan`.
 */
export const ownMeta = (holder: { readonly meta?: Meta }): JsonObject | undefined => holder.meta?.[own];

/** A `meta` to spread into a block or turn; nothing when there is nothing to keep. */
export const metaOf = (kept: JsonDraft): { readonly meta?: Meta } => {
  const entries = Object.entries(kept).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? {} : { meta: { [own]: Object.fromEntries(entries) } };
};

/** The unknown members kept for a wire object, to be spread into it. */
export const ownMembers = (holder: { readonly meta?: Meta }): JsonObject =>
  (ownMeta(holder)?.['members'] as JsonObject | undefined) ?? {};

/** Members that are neither known nor null (null says "not given" here); undefined when there is none. */
export const restOf = (value: JsonObject, known: ReadonlySet<string>): JsonObject | undefined => {
  let rest: JsonDraft | undefined;
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || member === null || known.has(name)) continue;
    rest ??= {};
    setMember(rest, name, member);
  }
  return rest;
};

/** The text of a value that should be a string but may be JSON. */
export const textOf = (value: Json | undefined): string => {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
};
