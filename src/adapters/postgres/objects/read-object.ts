import type { SQL } from 'bun';
import type { ObjectKind } from '../../../core/access/object-kind.ts';
import { sealedKinds } from '../../../core/access/object-kind.ts';
import { mustBeChangeable } from '../../../core/access/object-refusals.ts';
import type { DirectoryChange, DirectoryHash } from '../../../ports/access/directory-source.ts';
import type { StoredObject } from '../../../ports/admin-store.ts';
import { writtenChange } from '../../../ports/store/object-questions.ts';
import { type HashRow, hashOf, type ObjectRow, objectColumns, objectOf } from '../../../ports/store/object-row.ts';
import type { Place } from './place.ts';
import { sealedOf } from './sealed-fields.ts';

interface PlaceOf<Kind extends ObjectKind> extends Place {
  readonly kind: Kind;
}

export const readObject = async <Kind extends ObjectKind>(
  sql: SQL,
  { orgId, kind, id }: PlaceOf<Kind>,
): Promise<StoredObject<Kind> | undefined> => {
  const rows = (await sql.unsafe(
    `SELECT ${objectColumns} FROM sluice.object WHERE org_id = $1 AND kind = $2 AND id = $3 AND deleted_ms IS NULL`,
    [orgId, kind, id],
  )) as readonly ObjectRow[];
  const [row] = rows;
  return row === undefined ? undefined : objectOf<Kind>(row);
};

/** The object as it is, when it may be changed. */
export const changeable = async <Kind extends ObjectKind>(
  sql: SQL,
  at: PlaceOf<Kind>,
  expectedRevision: number | undefined,
): Promise<StoredObject<Kind>> => {
  const object = await readObject(sql, at);
  mustBeChangeable(at, object, expectedRevision);
  return object;
};

const hashesOf = async (sql: SQL, orgId: string, keyId: string): Promise<readonly DirectoryHash[]> =>
  (
    (await sql.unsafe(
      'SELECT hash, org_id, key_id, expires_ms FROM sluice.key_hash WHERE org_id = $1 AND key_id = $2',
      [orgId, keyId],
    )) as readonly HashRow[]
  ).map(hashOf);

/** What there is to tell of an object: all it is made of, or that it is gone. */
export const changeOf = async (sql: SQL, at: Place): Promise<DirectoryChange> => {
  const { orgId, kind, id } = at;
  const object = await readObject(sql, at);
  if (object === undefined) return { kind: 'removed', object: { orgId, kind, id } };
  return writtenChange(object, {
    hashes: kind === 'key' ? await hashesOf(sql, orgId, id) : [],
    sealed: sealedKinds.has(kind) ? await sealedOf(sql, at) : [],
  });
};
