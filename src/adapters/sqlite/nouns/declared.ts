import type { Database } from 'bun:sqlite';
import { type DeclaredObject, declaredKinds } from '../../../core/access/declared-object.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { DirectoryChange } from '../../../ports/access/directory-source.ts';
import { refuseWhileNamed } from '../objects/object-names.ts';
import { type ObjectRow, objectColumns, objectOf } from '../objects/object-row.ts';
import { insertHash, insertObject, overwriteObject, readObject } from '../objects/write-object.ts';
import type { OperationTable, StoreContext } from '../store-context.ts';
import { tell } from './objects.ts';

/** As it is kept: of a secret only the keyed hash. */
export type DeclaredRow = Omit<DeclaredObject, 'secret'> & { readonly hash?: string; readonly shown?: string };

/** What was done, by kind and id. */
export interface Declared {
  readonly written: number;
  readonly removed: number;
}

/** Makes the objects of the file what the file says, all or none: new ones are made, changed ones written, those that stand there no more deleted. */
const declare = (context: StoreContext, { objects }: { readonly objects: readonly DeclaredRow[] }): Declared =>
  context.database
    .transaction(() => {
      const wanted = new Set(objects.map(placeOf));
      const written = objects.filter((object) => write(context, object)).length;
      let removed = 0;
      for (const kind of declaredKinds.toReversed())
        for (const row of fileObjects(context.database, kind))
          if (!wanted.has(placeOf(row))) {
            remove(context, row);
            removed += 1;
          }
      return { written, removed };
    })
    .immediate();

const placeOf = ({ orgId, kind, id }: Pick<DeclaredRow, 'orgId' | 'kind' | 'id'>): string =>
  JSON.stringify([orgId, kind, id]);

const fileObjects = (database: Database, kind: string) =>
  (
    database
      .query(`SELECT ${objectColumns} FROM object WHERE kind = ? AND origin = 'file' AND deleted_ms IS NULL`)
      .all(kind) as readonly ObjectRow[]
  ).map((row) => objectOf(row) as unknown as DeclaredRow);

/** Whether it had to be written. */
const write = (context: StoreContext, declared: DeclaredRow): boolean => {
  const { database } = context;
  const { orgId, kind, id, alias, hash, shown } = declared;
  const data = shown === undefined ? declared.data : { ...declared.data, shown };
  const before = readObject(database, { orgId, kind, id });
  const first = kind === 'organisation' && id === 'default';
  if (before !== undefined && before.origin !== 'file' && !first)
    throw new GatewayError(
      'conflict',
      `The config file declares the ${kind} "${id}", which was made by the admin API. Delete it there, or give the declared one another id.`,
    );
  const isSame =
    before?.origin === 'file' &&
    before.alias === alias &&
    JSON.stringify(before.data) === JSON.stringify(data) &&
    (hash === undefined || hasHash(database, { orgId, keyId: id, hash }));
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
  if (kind === 'organisation' && id === 'default') {
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
