import type { DialectId, Meta } from '../../../ir/index.ts';
import { type JsonObject, objectAt } from '../../../json/json.ts';

export const own = 'openai-responses' as const satisfies DialectId;

/**
 * What blocks, turns and tools keep under this dialect's name. `item`: members of the wire item that begins with this block (id, status,
 * phase, namespace); its presence also says that a new item begins here. `part`: members of the content part itself.
 */
export interface OwnMeta {
  readonly item?: JsonObject;
  readonly part?: JsonObject;
}

export const ownMeta = (holder: { readonly meta?: Meta }): OwnMeta => {
  const members = holder.meta?.[own];
  if (members === undefined) return {};
  const item = objectAt(members, 'item');
  const part = objectAt(members, 'part');
  return { ...(item === undefined ? {} : { item }), ...(part === undefined ? {} : { part }) };
};

/** A `meta` member for a spread; nothing when there is nothing to keep. */
export const writeMeta = (meta: OwnMeta): { readonly meta?: Meta } =>
  meta.item === undefined && meta.part === undefined ? {} : { meta: { [own]: { ...meta } } };

/** The members that are not null: this wire uses null for "not said". */
export const withoutNulls = (value: JsonObject | undefined): JsonObject | undefined => {
  if (value === undefined) return undefined;
  const said = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return said.length === 0 ? undefined : Object.fromEntries(said);
};
