import type { DeclaredObject } from '../../core/access/declared-object.ts';
import type { ObjectPlace } from '../../core/access/object-refusals.ts';
import type { DirectoryChange } from '../access/directory-source.ts';
import type { StoredObject } from '../admin-store.ts';

/** What is asked of one organisation. */
export interface InOrganisation<Asked> {
  readonly orgId: string;
  readonly asked: Asked;
}

export interface ObjectRemoval extends ObjectPlace {
  readonly expectedRevision?: number;
}

/** A declared object as it is kept: of a secret only the keyed hash. */
export type DeclaredRow = Omit<DeclaredObject, 'secret'> & { readonly hash?: string; readonly shown?: string };

/** What was done, by how many. */
export interface Declared {
  readonly written: number;
  readonly removed: number;
  /** Other nodes have another file, which is in force or keeps objects that this one does not declare: to be asked again later. */
  readonly pending?: true;
}

/** How many milliseconds a creation is remembered by its Idempotency-Key. */
export const idempotencyMs = 24 * 60 * 60 * 1000;

export const declaredData = ({ data, shown }: DeclaredRow): DeclaredRow['data'] =>
  shown === undefined ? data : { ...data, shown };

/** Whether what the file says of an object is what is there already, but for its hash. */
export const isAsDeclared = (before: StoredObject | undefined, declared: DeclaredRow): boolean =>
  before?.origin === 'file' &&
  before.alias === declared.alias &&
  JSON.stringify(before.data) === JSON.stringify(declaredData(declared));

/** A place that can be a member of a set. */
export const placeName = ({ orgId, kind, id }: ObjectPlace & { readonly orgId: string }): string =>
  JSON.stringify([orgId, kind, id]);

/** What is told of an object that was written. A key is told with all its hashes, so that the directory need not remember which it had. */
export const writtenChange = (
  object: StoredObject,
  { hashes, sealed }: Pick<Extract<DirectoryChange, { readonly kind: 'written' }>, 'hashes' | 'sealed'>,
): DirectoryChange => {
  const { orgId, kind, id, alias, origin } = object;
  return {
    kind: 'written',
    object: { orgId, kind, id, ...(alias === undefined ? {} : { alias }), origin, data: JSON.stringify(object.data) },
    hashes,
    sealed,
  };
};
