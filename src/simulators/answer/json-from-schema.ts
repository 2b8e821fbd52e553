import { isArray, isObject, type Json, type JsonDraft, type JsonObject } from '../../core/json/json.ts';

/** How deep a recursive schema is followed; below it optional members are left out. */
const maximumDepth = 6;

interface At {
  readonly root: JsonObject;
  readonly depth: number;
}

/** The simplest value a JSON schema allows, always the same one: first enum member, lowest number, every property filled. */
export const jsonFromSchema = (schema: JsonObject): Json => valueFrom(schema, { root: schema, depth: 0 });

const deeper = (at: At): At => ({ root: at.root, depth: at.depth + 1 });

const valueFrom = (schema: Json | undefined, at: At): Json => {
  if (!isObject(schema)) return 'text';
  const named = schema['$ref'];
  if (typeof named === 'string') return at.depth > maximumDepth ? null : valueFrom(pointed(at.root, named), deeper(at));
  if (schema['const'] !== undefined) return schema['const'];
  if (isArray(schema['enum']) && schema['enum'].length > 0) return schema['enum'][0] ?? null;
  if (schema['default'] !== undefined) return schema['default'];
  const branch = firstBranch(schema);
  if (branch !== undefined)
    return valueFrom({ ...schema, anyOf: undefined, oneOf: undefined, allOf: undefined, ...branch }, deeper(at));
  return typedValue(schema, at);
};

/** `#/$defs/Name` and its like. */
const pointed = (root: JsonObject, reference: string): Json | undefined =>
  reference
    .replace(/^#\/?/, '')
    .split('/')
    .filter((step) => step !== '')
    .reduce<Json | undefined>(
      (value, step) => (isObject(value) ? value[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
      root,
    );

const isNullType = (schema: Json): boolean => isObject(schema) && schema['type'] === 'null';

const firstBranch = (schema: JsonObject): JsonObject | undefined => {
  const all = isArray(schema['allOf']) ? schema['allOf'] : undefined;
  if (all !== undefined) return Object.assign({}, ...all.filter(isObject)) as JsonObject;
  const some = [schema['anyOf'], schema['oneOf']].find(isArray);
  const branch = some?.find((item) => !isNullType(item)) ?? some?.[0];
  return isObject(branch) ? branch : undefined;
};

const typeOf = (schema: JsonObject): string => {
  const written = schema['type'];
  const type = isArray(written) ? written.find((item) => item !== 'null') : written;
  if (typeof type === 'string') return type.toLowerCase();
  if (isObject(schema['properties'])) return 'object';
  return schema['items'] === undefined ? 'string' : 'array';
};

const typedValue = (schema: JsonObject, at: At): Json => {
  switch (typeOf(schema)) {
    case 'object':
      return objectValue(schema, at);
    case 'array':
      return arrayValue(schema, at);
    case 'integer':
    case 'number':
      return numberValue(schema);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return stringValue(schema);
  }
};

const objectValue = (schema: JsonObject, at: At): Json => {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = new Set(isArray(schema['required']) ? schema['required'] : []);
  const draft: JsonDraft = {};
  for (const [name, inner] of Object.entries(properties)) {
    if (at.depth < maximumDepth || required.has(name)) draft[name] = valueFrom(inner, deeper(at));
  }
  return draft;
};

const arrayValue = (schema: JsonObject, at: At): Json => {
  if (at.depth >= maximumDepth) return [];
  const wanted = typeof schema['minItems'] === 'number' ? schema['minItems'] : 1;
  return Array.from({ length: Math.min(wanted, 16) }, () => valueFrom(schema['items'], deeper(at)));
};

const numberValue = (schema: JsonObject): number => {
  const low = schema['minimum'];
  const above = schema['exclusiveMinimum'];
  const high = schema['maximum'];
  if (typeof low === 'number') return low;
  if (typeof above === 'number') return above + 1;
  return typeof high === 'number' && high < 1 ? high : 1;
};

const formats: Readonly<Record<string, string>> = {
  date: '2026-01-01',
  'date-time': '2026-01-01T00:00:00Z',
  time: '00:00:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

const stringValue = (schema: JsonObject): string => {
  const format = typeof schema['format'] === 'string' ? formats[schema['format']] : undefined;
  const shortest = typeof schema['minLength'] === 'number' ? schema['minLength'] : 0;
  const longest = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : Number.POSITIVE_INFINITY;
  return (format ?? 'text').padEnd(Math.min(shortest, 4096), '.').slice(0, longest);
};
