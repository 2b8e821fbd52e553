import type { ScopeDocument } from '../../../../core/access/documents.ts';
import { nearestWords } from '../../../../core/catalog/edit-distance.ts';
import { isArray, isObject, isString, type Json, type JsonDraft, type JsonObject } from '../../../../core/json/json.ts';
import { InvalidObject, invalid } from '../../../admin/invalid-object.ts';
import type { SkinCall } from '../skin-route.ts';
import { heldFields, readHeld } from './held-fields.ts';

/** Which fields a route takes. */
export interface FieldTable {
  /** Acted on. */
  readonly read: readonly string[];
  /** Kept and shown, and acted on by nobody. Whoever sends one with something in it is told. */
  readonly kept: readonly string[];
}

/** Fields of every object that calls are charged to. */
export const scopeFields: readonly string[] = [
  ...heldFields,
  'budget_id',
  'models',
  'metadata',
  'blocked',
  'organization_id',
  'litellm_changed_by',
];

/** What is kept of a body. Throws for every field that nobody knows. */
export const keptOf = (body: JsonObject, table: FieldTable, ignored: Set<string>): JsonObject => {
  const known = new Set([...table.read, ...table.kept]);
  const problems = Object.keys(body)
    .filter((name) => !known.has(name))
    .map((field) => ({ field, message: unknownField(field, [...known]) }));
  if (problems.length > 0) throw new InvalidObject(problems);
  const kept: JsonDraft = {};
  for (const name of table.kept) {
    const value = body[name];
    if (value === undefined) continue;
    kept[name] = value;
    if (!isEmpty(value)) ignored.add(name);
  }
  return kept;
};

const unknownField = (field: string, known: readonly string[]): string => {
  const [nearest] = nearestWords(field, known, 1);
  return `is not a known field${nearest === undefined ? '' : `; the nearest is "${nearest}"`}`;
};

const isEmpty = (value: Json): boolean =>
  value === null ||
  value === false ||
  value === '' ||
  (isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);

/** What LiteLLM's manners keep of an object: fields nobody acts on, who made it, the hash of a key. */
export const extrasOf = ({ extras }: { readonly extras?: JsonObject | undefined }): JsonObject =>
  plainObject(extras?.['litellm']);

const without = (members: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/**
 * The members that every scope has, in the words of the native contract; `null` takes one away. `former` is the object that is changed; absent when one
 * is made.
 */
export const scopeInput = ({ body }: Pick<SkinCall, 'body'>, kept: JsonObject, former?: ScopeDocument): JsonObject =>
  without({
    ...readHeld(body, former),
    budget_id: body['budget_id'],
    models: modelsOf(body['models']),
    metadata: metadataOf(body['metadata']),
    blocked: body['blocked'],
    extras: { ...former?.extras, litellm: { ...extrasOf(former ?? {}), ...kept } },
  } as JsonObject);

/** A creation knows no `null`: what would be taken away is left out. */
export const creation = (input: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== undefined));

const everything: ReadonlySet<string> = new Set(['all-proxy-models', 'all-team-models', 'all-org-models']);

/** An empty list means every model at LiteLLM, and none here. */
const modelsOf = (value: Json | undefined): Json | undefined => {
  if (value === undefined || value === null) return value;
  if (!isArray(value) || !value.every(isString)) throw invalid('models', 'must be a list of names of models');
  if (value.length === 0 || value.some((name) => everything.has(name))) return null;
  return value.filter((name) => name !== 'no-default-models');
};

/** The list in LiteLLM's words. */
export const modelsView = (models: readonly string[] | undefined): Json =>
  models === undefined ? [] : models.length === 0 ? ['no-default-models'] : models;

const metadataOf = (value: Json | undefined): Json | undefined => {
  if (!isObject(value)) return value;
  const { tags: _, ...rest } = value;
  return rest;
};

/** Tags stand in `tags` or in `metadata.tags`. */
export const tagsOf = (body: JsonObject): Json | undefined => {
  const { tags, metadata } = body;
  if (tags !== undefined) return tags;
  return isObject(metadata) ? metadata['tags'] : undefined;
};

/** A text that must be there. */
export const needed = (from: JsonObject, name: string): string => {
  const value = from[name];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(name, value === undefined || value === null ? 'is missing' : 'must be text, and not empty');
};

/** A list of texts that must be there. */
export const neededList = (from: JsonObject, name: string): readonly string[] => {
  const value = from[name];
  if (isArray(value) && value.length > 0 && value.every(isString)) return value;
  throw invalid(name, value === undefined ? 'is missing; give a list' : 'must be a list of texts, and not empty');
};

export const textIn = (from: JsonObject, name: string): string | undefined => {
  const value = from[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw invalid(name, 'must be text');
  return value;
};

/** An object that may be there. */
export const objectIn = (from: JsonObject, name: string): JsonObject => {
  const value = from[name];
  if (value === undefined || value === null || isObject(value)) return plainObject(value);
  throw invalid(name, 'must be an object');
};

/** An object that was kept; an empty one in the place of anything else. */
export const plainObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** A time as LiteLLM writes it. */
export const timeView = (ms: number): string => new Date(ms).toISOString();
