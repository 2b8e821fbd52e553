import type { z } from 'zod';
import type { Documents } from '../../core/access/documents.ts';
import type { ObjectKind } from '../../core/access/object-kind.ts';
import { nearestWords } from '../../core/catalog/edit-distance.ts';
import { isObject, type JsonObject } from '../../core/json/json.ts';
import { explainIssue, pathText } from '../explain-issue.ts';
import { changeSchema, creationSchema, memberNames } from './object-schemas.ts';

/** What is wrong with a member: `budgets[0].limit_usd`, and why. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

export type Read<Value> = { readonly problems: readonly FieldProblem[] } | { readonly value: Value };

/** An object as a client wants it. Everything but id and alias is its document; a key's document still may say `expires_in`. */
export interface WantedObject<Kind extends ObjectKind = ObjectKind> {
  readonly id?: string;
  readonly alias?: string;
  readonly data: Documents[Kind] & { readonly expires_in?: string };
}

/** Members to be changed; `null` takes one away. */
export interface WantedChange {
  readonly alias?: string | null;
  readonly members: Readonly<Record<string, unknown>>;
}

const creations = new Map<ObjectKind, z.ZodType>();
const changes = new Map<ObjectKind, z.ZodType>();

const schemaOf = (kept: Map<ObjectKind, z.ZodType>, kind: ObjectKind, make: (kind: ObjectKind) => z.ZodType) => {
  const known = kept.get(kind);
  if (known !== undefined) return known;
  const schema = make(kind);
  kept.set(kind, schema);
  return schema;
};

/** Reads what a client wants to be made. Every wrong and every unknown member is told. */
export const readCreation = <Kind extends ObjectKind>(kind: Kind, input: unknown): Read<WantedObject<Kind>> => {
  const read = checked(schemaOf(creations, kind, creationSchema), kind, input);
  if ('problems' in read) return read;
  const { id, alias, ...data } = read.value as { readonly id?: string; readonly alias?: string };
  return {
    value: {
      ...(id === undefined ? {} : { id }),
      ...(alias === undefined ? {} : { alias }),
      data: data as WantedObject<Kind>['data'],
    },
  };
};

/** Reads what a client wants to be changed. */
export const readChange = (kind: ObjectKind, input: unknown): Read<WantedChange> => {
  const read = checked(schemaOf(changes, kind, changeSchema), kind, input);
  if ('problems' in read) return read;
  const { alias, ...members } = read.value as { readonly alias?: string | null };
  return { value: { ...(alias === undefined ? {} : { alias }), members } };
};

const checked = (schema: z.ZodType, kind: ObjectKind, input: unknown): Read<unknown> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { value: parsed.data };
  return { problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, kind, input)) };
};

const problemsOf = (issue: z.core.$ZodIssue, kind: ObjectKind, input: unknown): readonly FieldProblem[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: pathText([...(issue.path as readonly string[]), key]),
      message: issue.path.length === 0 ? unknownMember(kind, key) : 'is not a known field',
    }));
  if (issue.code === 'invalid_union' && !isObject(valueAt(input, issue.path))) return unionProblems(issue, kind, input);
  return explainIssue(issue, input).map(({ path, message }) => ({ field: pathText(path), message }));
};

/** A union of which a plain value fits no branch: what its last plain branch says is the most exact. */
const unionProblems = (
  issue: z.core.$ZodIssueInvalidUnion,
  kind: ObjectKind,
  input: unknown,
): readonly FieldProblem[] => {
  const branch = issue.errors.find((inner) => inner.every(({ path }) => path.length === 0)) ?? issue.errors[0] ?? [];
  return branch.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, kind, input));
};

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    input as JsonObject,
  );

const unknownMember = (kind: ObjectKind, key: string): string => {
  const known = memberNames(kind);
  const [nearest] = nearestWords(key, known, 1);
  return `is not a field of a ${kind}; ${nearest === undefined ? '' : `the nearest is "${nearest}", `}all are ${known.join(', ')}`;
};
