import type { Database } from 'bun:sqlite';
import { declaredKinds } from '../../../core/access/declared-object.ts';
import { declaredElsewhere, isFirst } from '../../../core/access/object-refusals.ts';
import type { DirectoryChange } from '../../../ports/access/directory-source.ts';
import {
  type Declared,
  type DeclaredRow,
  declaredData,
  isAsDeclared,
  placeName,
} from '../../../ports/store/object-questions.ts';
import { type ObjectRow, objectColumns, objectOf } from '../../../ports/store/object-row.ts';
import { refuseWhileNamed } from '../objects/object-names.ts';
import { insertHash, insertObject, overwriteObject, readObject } from '../objects/write-object.ts';
import type { OperationTable, StoreContext } from '../store-context.ts';
import { tell } from './objects.ts';

/** Makes the objects of the file what the file says, all or none: new ones are made, changed ones written, those that stand there no more deleted. */
const declare = (context: StoreContext, { objects }: { readonly objects: readonly DeclaredRow[] }): Declared =>
  context.database
    .transaction(() => {
      const wanted = new Set(objects.map(placeName));
      const written = objects.filter((object) => write(context, object)).length;
      let removed = 0;
      for (const kind of declaredKinds.toReversed())
        for (const row of fileObjects(context.database, kind))
          if (!wanted.has(placeName(row))) {
            remove(context, row);
            removed += 1;
          }
      return { written, removed };
    })
    .immediate();

const fileObjects = (database: Database, kind: string) =>
  (
    database
      .query(`SELECT ${objectColumns} FROM object WHERE kind = ? AND origin = 'file' AND deleted_ms IS NULL`)
      .all(kind) as readonly ObjectRow[]
  ).map((row) => objectOf(row) as unknown as DeclaredRow);

/** Whether it had to be written. */
const write = (context: StoreContext, declared: DeclaredRow): boolean => {
  const { database } = context;
  const { orgId, kind, id, alias, hash } = declared;
  const data = declaredData(declared);
  const before = readObject(database, { orgId, kind, id });
  if (before !== undefined && before.origin !== 'file' && !isFirst({ kind, id })) throw declaredElsewhere({ kind, id });
  const isSame =
    isAsDeclared(before, declared) && (hash === undefined || hasHash(database, { orgId, keyId: id, hash }));
  if (isSame) return false;
  const object = { orgId, kind, id, data, ...(alias === undefined ? {} : { alias }) };
  if (before === undefined)
    insertObject(database, orgId, { ...object, origin: 'file', ...(hash === undefined ? {} : { hash }) });
  else overwriteObject(database, { ...object, origin: 'file' });
  if (before !== undefined && hash !== undefined && !hasHash(database, { orgId, keyId: id, hash })) {
    database.query('DELETE FROM key_hash WHERE org_id = ? AND key_id = ?').run(orgId, id);
    insertHash(database, { orgId, keyId: id, hash });
  }
  const now = readObject(database, { orgId, kind, id });
  if (now !== undefined) tell(context, now);
  return true;
};

const hasHash = (
  database: Database,
  { orgId, keyId, hash }: { readonly orgId: string; readonly keyId: string; readonly hash: string },
): boolean =>
  database.query('SELECT 1 FROM key_hash WHERE org_id = ? AND key_id = ? AND hash = ?').get(orgId, keyId, hash) !==
  null;

const remove = (context: StoreContext, { orgId, kind, id, data }: DeclaredRow): void => {
  const { database } = context;
  // The organisation everything begins in stays, and is the API's again.
  if (isFirst({ kind, id })) {
    overwriteObject(database, { orgId, kind, id, data, origin: 'database' });
    return;
  }
  refuseWhileNamed(database, { orgId, kind, id });
  database
    .query('UPDATE object SET deleted_ms = ?, revision = revision + 1 WHERE org_id = ? AND kind = ? AND id = ?')
    .run(Date.now(), orgId, kind, id);
  database.query('DELETE FROM object_name WHERE org_id = ? AND kind = ? AND id = ?').run(orgId, kind, id);
  if (kind === 'key') database.query('DELETE FROM key_hash WHERE org_id = ? AND key_id = ?').run(orgId, id);
  const change: DirectoryChange = { kind: 'removed', object: { orgId, kind, id } };
  context.changed('objects', change);
};

export const declaredOperations = { 'objects.declare': declare } satisfies OperationTable;
