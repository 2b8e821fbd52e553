import type { Database } from 'bun:sqlite';
import type { Documents } from '../../../core/access/documents.ts';
import { namedObjects } from '../../../core/access/named-objects.ts';
import type { ObjectKind } from '../../../core/access/object-kind.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';

interface Place {
  readonly orgId: string;
  readonly kind: ObjectKind;
  readonly id: string;
}

/** Writes down what a document names. Throws `invalid_request` with the field when one of them does not exist. */
export const writeNames = (database: Database, at: Place, data: Documents[ObjectKind]): void => {
  const { orgId, kind, id } = at;
  database.query('DELETE FROM object_name WHERE org_id = ? AND kind = ? AND id = ?').run(orgId, kind, id);
  for (const named of namedObjects(kind, data)) {
    if (!isThere(database, { orgId, kind: named.kind, id: named.id }))
      throw new GatewayError('invalid_request', `${named.field}: there is no ${named.kind} "${named.id}".`, {
        param: named.field,
      });
    database
      .query('INSERT OR IGNORE INTO object_name (org_id, named_kind, named_id, kind, id) VALUES (?, ?, ?, ?, ?)')
      .run(orgId, named.kind, named.id, kind, id);
  }
};

export const isThere = (database: Database, { orgId, kind, id }: Place): boolean =>
  database
    .query('SELECT 1 FROM object WHERE org_id = ? AND kind = ? AND id = ? AND deleted_ms IS NULL')
    .get(orgId, kind, id) !== null;

const shown = 5;

/** Throws `conflict`, naming the first few, while other objects need this one. */
export const refuseWhileNamed = (database: Database, { orgId, kind, id }: Place): void => {
  const rows =
    kind === 'organisation'
      ? database
          .query(
            "SELECT kind, id FROM object WHERE org_id = ? AND kind <> 'organisation' AND deleted_ms IS NULL LIMIT ?",
          )
          .all(orgId, shown + 1)
      : database
          .query('SELECT kind, id FROM object_name WHERE org_id = ? AND named_kind = ? AND named_id = ? LIMIT ?')
          .all(orgId, kind, id, shown + 1);
  if (rows.length === 0) return;
  const named = (rows as readonly Place[]).slice(0, shown).map((row) => `${row.kind} ${row.id}`);
  const rest = rows.length > shown ? ' and others' : '';
  throw new GatewayError(
    'conflict',
    `The ${kind} "${id}" is still needed by ${named.join(', ')}${rest}. Delete or move those first.`,
  );
};
