import type { Json, JsonObject } from './json.ts';

export type Path = readonly (string | number)[];

/** A named change of a request body. The native lane makes it in the client's own bytes, the translated lane in the encoded object. */
export type Edit =
  | { readonly op: 'set'; readonly path: Path; readonly value: Json }
  | { readonly op: 'remove'; readonly path: Path }
  /** Renames the last member of `path`. One that has the new name already gives way. */
  | { readonly op: 'rename'; readonly path: Path; readonly to: string };

/** Makes the edits in a copy; parts that no edit touches are shared. A path that leads nowhere changes nothing, but `set` adds a missing member of an existing object. */
export const applyEdits = (body: JsonObject, edits: readonly Edit[]): JsonObject =>
  edits.reduce((value, edit) => editAt(value, edit, 0) as JsonObject, body);

const editAt = (value: Json | undefined, edit: Edit, depth: number): Json | undefined => {
  const step = edit.path[depth];
  if (step === undefined) return edit.op === 'set' ? edit.value : value;
  const last = depth === edit.path.length - 1;
  if (typeof step === 'number') return editItem(value, edit, { step, depth });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const object = value as JsonObject;
  if (last) return editMember(object, edit, step);
  if (object[step] === undefined) return value;
  return { ...object, [step]: editAt(object[step], edit, depth + 1) };
};

const editItem = (value: Json | undefined, edit: Edit, at: { step: number; depth: number }): Json | undefined => {
  if (!Array.isArray(value) || at.step >= value.length) return value;
  const items = value as readonly Json[];
  if (edit.op === 'remove' && at.depth === edit.path.length - 1) return items.filter((_, index) => index !== at.step);
  return items.map((item, index) => (index === at.step ? (editAt(item, edit, at.depth + 1) ?? null) : item));
};

const editMember = (object: JsonObject, edit: Edit, name: string): JsonObject => {
  if (edit.op === 'set') return { ...object, [name]: edit.value };
  if (object[name] === undefined) return object;
  // By entries, so that a member named `__proto__` stays a member.
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, member]) => {
      if (key === name) return edit.op === 'rename' ? [[edit.to, member]] : [];
      return edit.op === 'rename' && key === edit.to ? [] : [[key, member]];
    }),
  );
};
