import { isArray, isObject, type Json, type JsonDraft, type JsonObject } from '../../../json/json.ts';
import { camelMembers } from '../member-names.ts';

/**
 * Turns Gemini's `Schema` (OpenAPI 3.0: upper-case types, `nullable`, counts as strings) into JSON Schema. A schema that is JSON Schema
 * already comes out as it is.
 */
export const jsonSchemaOf = (schema: JsonObject): JsonObject => {
  const draft: JsonDraft = {};
  const members = camelMembers(schema);
  for (const key of Object.keys(members)) {
    const value = members[key];
    if (value === undefined || dropped.has(key)) continue;
    draft[key] = convertMember(key, value);
  }
  if (members['example'] !== undefined) draft['examples'] = [members['example']];
  return members['nullable'] === true ? nullable(draft) : draft;
};

/** `nullable` is said with types, `example` with `examples`; the order of properties has no word in JSON Schema. */
const dropped = new Set(['nullable', 'example', 'propertyOrdering']);

const counts = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);
const nested = new Set(['items', 'additionalProperties', 'not']);
const nestedLists = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const nestedMaps = new Set(['properties', '$defs', 'definitions', 'patternProperties']);

const convertMember = (key: string, value: Json): Json => {
  if (key === 'type') return typeWord(value);
  if (counts.has(key)) return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (nested.has(key)) return isObject(value) ? jsonSchemaOf(value) : value;
  if (nestedLists.has(key) && isArray(value)) return value.map((item) => (isObject(item) ? jsonSchemaOf(item) : item));
  if (!nestedMaps.has(key) || !isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, isObject(member) ? jsonSchemaOf(member) : member]),
  );
};

const typeWord = (type: Json): Json => {
  if (isArray(type)) return type.map(typeWord);
  return typeof type === 'string' ? type.toLowerCase() : type;
};

const nullable = (schema: JsonDraft): JsonObject => {
  const { type, enum: words, anyOf } = schema;
  return {
    ...schema,
    ...(typeof type === 'string' ? { type: [type, 'null'] } : {}),
    ...(isArray(words) && !words.includes(null) ? { enum: [...words, null] } : {}),
    ...(type === undefined && isArray(anyOf) ? { anyOf: [...anyOf, { type: 'null' }] } : {}),
  };
};
