import type { SQL } from 'bun';
import type { SealedObject } from '../../../ports/access/directory-source.ts';
import type { SealedField } from '../../../ports/access/secret-seal.ts';
import type { Place } from './place.ts';

export const writeSealed = async (
  sql: SQL,
  { orgId, kind, id }: Place,
  fields: readonly SealedField[] | undefined,
): Promise<void> => {
  for (const { field, keyId, sealed } of fields ?? [])
    await sql.unsafe(
      `INSERT INTO sluice.sealed (org_id, kind, id, field, key_id, sealed) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (org_id, kind, id, field) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed`,
      [orgId, kind, id, field, keyId, sealed],
    );
};

interface SealedRow extends SealedField, Place {}

const columns = 'org_id AS "orgId", kind, id, field, key_id AS "keyId", sealed';

export const sealedOf = async (sql: SQL, { orgId, kind, id }: Place): Promise<readonly SealedField[]> =>
  fieldsOf(
    await sql.unsafe(
      `SELECT ${columns} FROM sluice.sealed WHERE org_id = $1 AND kind = $2 AND id = $3 ORDER BY field`,
      [orgId, kind, id],
    ),
  );

const fieldsOf = (rows: unknown): readonly SealedField[] =>
  (rows as readonly SealedRow[]).map(({ field, keyId, sealed }) => ({ field, keyId, sealed }));

/** Everything that is sealed, by object. */
export const allSealed = async (sql: SQL): Promise<readonly SealedObject[]> => {
  const rows = (await sql.unsafe(
    `SELECT ${columns} FROM sluice.sealed ORDER BY org_id, kind, id, field`,
  )) as readonly SealedRow[];
  const byPlace = Map.groupBy(rows, ({ orgId, kind, id }) => JSON.stringify([orgId, kind, id]));
  return [...byPlace.values()].flatMap((fields) => {
    const [first] = fields;
    return first === undefined
      ? []
      : [{ orgId: first.orgId, kind: first.kind, id: first.id, fields: fieldsOf(fields) }];
  });
};
