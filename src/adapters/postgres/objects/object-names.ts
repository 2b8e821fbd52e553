import type { TransactionSQL } from 'bun';
import type { Documents } from '../../../core/access/documents.ts';
import { namedObjects } from '../../../core/access/named-objects.ts';
import { missingNamed, mostNamers, type ObjectPlace, stillNeeded } from '../../../core/access/object-refusals.ts';
import type { Place } from './place.ts';

/** Writes down what a document names. Throws `invalid_request` with the field when one of them does not exist. */
export const writeNames = async (
  sql: TransactionSQL,
  { orgId, kind, id }: Place,
  data: Documents[Place['kind']],
): Promise<void> => {
  await sql.unsafe('DELETE FROM sluice.object_name WHERE org_id = $1 AND kind = $2 AND id = $3', [orgId, kind, id]);
  for (const named of namedObjects(kind, data)) {
    if (!(await isThere(sql, { orgId, kind: named.kind, id: named.id }))) throw missingNamed(named);
    await sql.unsafe(
      'INSERT INTO sluice.object_name (org_id, named_kind, named_id, kind, id) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
      [orgId, named.kind, named.id, kind, id],
    );
  }
};

export const isThere = async (sql: TransactionSQL, { orgId, kind, id }: Place): Promise<boolean> => {
  const rows = (await sql.unsafe(
    'SELECT 1 FROM sluice.object WHERE org_id = $1 AND kind = $2 AND id = $3 AND deleted_ms IS NULL',
    [orgId, kind, id],
  )) as readonly unknown[];
  return rows.length > 0;
};

/** Throws `conflict`, naming the first few, while other objects need this one. */
export const refuseWhileNamed = async (sql: TransactionSQL, { orgId, kind, id }: Place): Promise<void> => {
  const rows =
    kind === 'organisation'
      ? await sql.unsafe(
          "SELECT kind, id FROM sluice.object WHERE org_id = $1 AND kind <> 'organisation' AND deleted_ms IS NULL ORDER BY kind, id LIMIT $2",
          [orgId, mostNamers],
        )
      : await sql.unsafe(
          'SELECT kind, id FROM sluice.object_name WHERE org_id = $1 AND named_kind = $2 AND named_id = $3 ORDER BY kind, id LIMIT $4',
          [orgId, kind, id, mostNamers],
        );
  if (rows.length > 0) throw stillNeeded({ kind, id }, rows as readonly ObjectPlace[]);
};
