import { type ObjectKind, objectKinds } from '../../core/access/object-kind.ts';
import type { DirectoryHash, DirectoryObject, DirectorySnapshot, SealedObject } from './directory-source.ts';

/** A snapshot as it crosses threads: rows end with the record separator, columns with the unit separator, neither of which a name or a JSON text holds. */
export interface SnapshotText {
  readonly objects: string;
  readonly hashes: string;
  readonly sealed: readonly SealedObject[];
  /** Where many nodes share the store: the number of a change that is in it, with all before. */
  readonly number?: number;
}

export const readSnapshot = ({ objects, hashes, sealed }: SnapshotText): DirectorySnapshot => ({
  objects: rowsOf(objects)
    .map(objectOf)
    .filter(({ kind }) => objectKinds.includes(kind)),
  hashes: rowsOf(hashes).map(hashOf),
  sealed,
});

const rowsOf = (text: string): readonly string[] => (text === '' ? [] : text.split('\x1e'));

const objectOf = (row: string): DirectoryObject => {
  const [orgId = '', kind = '', id = '', alias = '', origin = '', data = ''] = row.split('\x1f');
  return {
    orgId,
    kind: kind as ObjectKind,
    id,
    ...(alias === '' ? {} : { alias }),
    origin: origin === 'file' ? 'file' : 'database',
    data,
  };
};

const hashOf = (row: string): DirectoryHash => {
  const [hash = '', orgId = '', keyId = '', expiresMs = ''] = row.split('\x1f');
  return { hash, orgId, keyId, ...(expiresMs === '' ? {} : { expiresMs: Number(expiresMs) }) };
};
