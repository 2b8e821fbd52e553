import { isArray, isObject, type Json, type JsonDraft, type JsonObject } from '../json/json.ts';

const mapsOfSchemas: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions']);
const listsOfSchemas: ReadonlySet<string> = new Set(['anyOf', 'allOf', 'oneOf', 'prefixItems']);

/** The provider refuses an object that does not say `additionalProperties: false`. Schemas that need no change are returned as they are. */
export const closeObjects = (schema: JsonObject): JsonObject => {
  let changed: JsonDraft | undefined;
  for (const [name, member] of Object.entries(schema)) {
    const closed = closeMember(name, member);
    if (closed !== member) changed = { ...(changed ?? schema), [name]: closed };
  }
  if (schema['type'] === 'object' && schema['additionalProperties'] === undefined)
    changed = { ...(changed ?? schema), additionalProperties: false };
  return changed ?? schema;
};

const closeMember = (name: string, member: Json | undefined): Json | undefined => {
  if (name === 'items' && isObject(member)) return closeObjects(member);
  if (listsOfSchemas.has(name) && isArray(member)) return sameOr(member, member.map(closeAny));
  if (!mapsOfSchemas.has(name) || !isObject(member)) return member;
  const entries = Object.entries(member).map(([key, value]) => [key, closeAny(value ?? null)] as const);
  return entries.every(([key, value]) => member[key] === value) ? member : Object.fromEntries(entries);
};

const closeAny = (value: Json): Json => (isObject(value) ? closeObjects(value) : value);

const sameOr = (before: readonly Json[], after: readonly Json[]): readonly Json[] =>
  after.every((item, index) => item === before[index]) ? before : after;
