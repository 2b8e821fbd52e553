import type { Database } from 'bun:sqlite';
import type { ObjectKind } from '../../../core/access/object-kind.ts';
import type { SealedObject } from '../../../ports/access/directory-source.ts';
import type { SealedField } from '../../../ports/access/secret-seal.ts';

interface Place {
  readonly orgId: string;
  readonly kind: ObjectKind;
  readonly id: string;
}

export const writeSealed = (
  database: Database,
  { orgId, kind, id }: Place,
  fields: readonly SealedField[] | undefined,
): void => {
  for (const { field, keyId, sealed } of fields ?? [])
    database
      .query('INSERT OR REPLACE INTO sealed (org_id, kind, id, field, key_id, sealed) VALUES (?, ?, ?, ?, ?, ?)')
      .run(orgId, kind, id, field, keyId, sealed);
};

/** A secret goes with its object: what is deleted softly keeps none. */
export const removeSealed = (database: Database, { orgId, kind, id }: Place): void => {
  database.query('DELETE FROM sealed WHERE org_id = ? AND kind = ? AND id = ?').run(orgId, kind, id);
};

export const sealedOf = (database: Database, { orgId, kind, id }: Place): readonly SealedField[] =>
  database
    .query('SELECT field, key_id AS keyId, sealed FROM sealed WHERE org_id = ? AND kind = ? AND id = ?')
    .all(orgId, kind, id) as readonly SealedField[];

/** Everything that is sealed, by object. */
export const allSealed = (database: Database): readonly SealedObject[] => {
  const places = database
    .query('SELECT DISTINCT org_id AS orgId, kind, id FROM sealed ORDER BY org_id, kind, id')
    .all() as readonly Place[];
  return places.map((place) => ({ ...place, fields: sealedOf(database, place) }));
};
