import type { Database } from 'bun:sqlite';
import type { Documents } from '../../../core/access/documents.ts';
import { namedObjects } from '../../../core/access/named-objects.ts';
import { missingNamed, mostNamers, type ObjectPlace, stillNeeded } from '../../../core/access/object-refusals.ts';

interface Place extends ObjectPlace {
  readonly orgId: string;
}

/** Writes down what a document names. Throws `invalid_request` with the field when one of them does not exist. */
export const writeNames = (database: Database, at: Place, data: Documents[ObjectPlace['kind']]): void => {
  const { orgId, kind, id } = at;
  database.query('DELETE FROM object_name WHERE org_id = ? AND kind = ? AND id = ?').run(orgId, kind, id);
  for (const named of namedObjects(kind, data)) {
    if (!isThere(database, { orgId, kind: named.kind, id: named.id })) throw missingNamed(named);
    database
      .query('INSERT OR IGNORE INTO object_name (org_id, named_kind, named_id, kind, id) VALUES (?, ?, ?, ?, ?)')
      .run(orgId, named.kind, named.id, kind, id);
  }
};

export const isThere = (database: Database, { orgId, kind, id }: Place): boolean =>
  database
    .query('SELECT 1 FROM object WHERE org_id = ? AND kind = ? AND id = ? AND deleted_ms IS NULL')
    .get(orgId, kind, id) !== null;

/** Throws `conflict`, naming the first few, while other objects need this one. */
export const refuseWhileNamed = (database: Database, { orgId, kind, id }: Place): void => {
  const rows =
    kind === 'organisation'
      ? database
          .query(
            "SELECT kind, id FROM object WHERE org_id = ? AND kind <> 'organisation' AND deleted_ms IS NULL LIMIT ?",
          )
          .all(orgId, mostNamers)
      : database
          .query('SELECT kind, id FROM object_name WHERE org_id = ? AND named_kind = ? AND named_id = ? LIMIT ?')
          .all(orgId, kind, id, mostNamers);
  if (rows.length === 0) return;
  throw stillNeeded({ kind, id }, rows as readonly ObjectPlace[]);
};
