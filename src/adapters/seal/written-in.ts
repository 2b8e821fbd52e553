import type { ObjectKind } from '../../core/access/object-kind.ts';
import type { DirectoryChange, DirectorySnapshot, SealedObject } from '../../ports/access/directory-source.ts';

/** A change of one object. */
export type ObjectDirectoryChange = Exclude<DirectoryChange, { readonly kind: 'everything' }>;

/** The objects of a kind in a snapshot, with their secrets, as if each were written now. */
export const writtenIn = (
  { objects, sealed }: DirectorySnapshot,
  kind: ObjectKind,
): readonly ObjectDirectoryChange[] => {
  const secrets = new Map(sealed.map((one) => [placeOf(one), one.fields]));
  return objects
    .filter((object) => object.kind === kind)
    .map((object) => ({ kind: 'written', object, hashes: [], sealed: secrets.get(placeOf(object)) ?? [] }));
};

const placeOf = ({ orgId, kind, id }: Pick<SealedObject, 'orgId' | 'kind' | 'id'>): string =>
  JSON.stringify([orgId, kind, id]);
