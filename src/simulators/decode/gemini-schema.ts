import { isArray, isObject, type Json, type JsonDraft, type JsonObject } from '../../core/json/json.ts';

export const camelCase = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Members whose own members are names of the user's, not of the language. */
const maps = new Set(['properties', '$defs', 'defs']);

/** Members whose values are data, not schemas. */
const values = new Set(['default', 'example', 'enum', 'required', 'propertyOrdering']);

/**
 * JSON Schema for a schema in Gemini's own language, which writes types in capitals, `nullable` beside the type, and takes names in snake
 * case too. Its order of properties is no part of what is allowed.
 */
export const jsonSchemaOf = (schema: JsonObject): JsonObject => {
  const draft: JsonDraft = {};
  for (const [written, member] of Object.entries(schema)) {
    const name = camelCase(written);
    if (name === 'propertyOrdering' || name === 'nullable') continue;
    draft[name] = name === 'type' && typeof member === 'string' ? member.toLowerCase() : inner(name, member);
  }
  return schema['nullable'] === true ? withNull(draft) : draft;
};

const withNull = (draft: JsonDraft): JsonObject => {
  const { type } = draft;
  const listed = draft['enum'];
  const choices = isArray(listed) && !listed.includes(null) ? { enum: [...listed, null] } : {};
  return { ...draft, ...(typeof type === 'string' ? { type: [type, 'null'] } : {}), ...choices };
};

const schemaOr = (value: Json | undefined): Json | undefined => (isObject(value) ? jsonSchemaOf(value) : value);

const inner = (name: string, member: Json | undefined): Json | undefined => {
  if (values.has(name)) return member;
  if (maps.has(name) && isObject(member)) {
    return Object.fromEntries(Object.entries(member).map(([key, value]) => [key, schemaOr(value)]));
  }
  return isArray(member) ? member.map((item) => schemaOr(item) ?? null) : schemaOr(member);
};
