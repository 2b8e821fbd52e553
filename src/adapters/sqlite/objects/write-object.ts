import type { Database } from 'bun:sqlite';
import type { ObjectKind } from '../../../core/access/object-kind.ts';
import {
  mustBeChangeable,
  noOrganisation,
  takenAlias,
  takenId,
  takenIdempotencyKey,
  takenKey,
} from '../../../core/access/object-refusals.ts';
import type { Created, NewObject, ObjectChange, StoredObject } from '../../../ports/admin-store.ts';
import { idempotencyMs } from '../../../ports/store/object-questions.ts';
import { type IdempotentRow, type ObjectRow, objectColumns, objectOf } from '../../../ports/store/object-row.ts';
import { isThere, writeNames } from './object-names.ts';
import { keepVersion } from './object-versions.ts';
import { writeSealed } from './sealed-fields.ts';

export const readObject = <Kind extends ObjectKind>(
  database: Database,
  at: { readonly orgId: string; readonly kind: Kind; readonly id: string },
): StoredObject<Kind> | undefined => {
  const row = database
    .query(`SELECT ${objectColumns} FROM object WHERE org_id = ? AND kind = ? AND id = ? AND deleted_ms IS NULL`)
    .get(at.orgId, at.kind, at.id) as ObjectRow | null;
  return row === null ? undefined : objectOf<Kind>(row);
};

/** The object made earlier under the same Idempotency-Key. Throws `conflict` when that was asked with other words. */
export const repeatedCreation = (
  database: Database,
  orgId: string,
  { kind, idempotency }: NewObject,
): Created | undefined => {
  if (idempotency === undefined) return undefined;
  database.query('DELETE FROM idempotent WHERE created_ms < ?').run(Date.now() - idempotencyMs);
  const row = database
    .query('SELECT kind, digest, id, seed FROM idempotent WHERE org_id = ? AND idempotency_key = ?')
    .get(orgId, idempotency.key) as IdempotentRow | null;
  if (row === null) return undefined;
  const object = readObject(database, { orgId, kind: row.kind, id: row.id });
  if (row.kind !== kind || row.digest !== idempotency.digest || object === undefined) throw takenIdempotencyKey();
  return { object, repeated: true, ...(row.seed === null ? {} : { seed: row.seed }) };
};

/** Puts a new object in its place. A deleted one of the same id gives way, and its revisions go on. */
export const insertObject = (database: Database, orgId: string, object: NewObject): StoredObject => {
  const { kind, id, alias, data, origin = 'database', idempotency } = object;
  if (kind !== 'organisation' && !isThere(database, { orgId, kind: 'organisation', id: orgId }))
    throw noOrganisation(orgId);
  if (isThere(database, { orgId, kind, id })) throw takenId({ kind, id });
  refuseTakenAlias(database, { orgId, kind, id }, alias);
  const nowMs = Date.now();
  database
    .query(
      `INSERT INTO object (org_id, kind, id, alias, revision, origin, data, created_ms, updated_ms)
       VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?7)
       ON CONFLICT DO UPDATE SET alias = ?4, revision = revision + 1, origin = ?5, data = ?6, created_ms = ?7,
         updated_ms = ?7, deleted_ms = NULL`,
    )
    .run(orgId, kind, id, alias ?? null, origin, JSON.stringify(data), nowMs);
  writeNames(database, { orgId, kind, id }, data);
  writeSealed(database, { orgId, kind, id }, object.sealed);
  if (object.hash !== undefined) insertHash(database, { orgId, keyId: id, hash: object.hash });
  if (idempotency !== undefined)
    database
      .query(
        'INSERT INTO idempotent (org_id, idempotency_key, kind, digest, id, seed, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(orgId, idempotency.key, kind, idempotency.digest, id, idempotency.seed ?? null, nowMs);
  return written(database, { orgId, kind, id });
};

export const insertHash = (
  database: Database,
  { orgId, keyId, hash }: { readonly orgId: string; readonly keyId: string; readonly hash: string },
): void => {
  const { changes } = database
    .query('INSERT OR IGNORE INTO key_hash (hash, org_id, key_id) VALUES (?, ?, ?)')
    .run(hash, orgId, keyId);
  if (Number(changes) === 0) throw takenKey();
};

/** Writes an object's new contents. Throws `not_found`, `owned_by_file`, `precondition_failed` and `conflict`. */
export const changeObject = (database: Database, orgId: string, change: ObjectChange): StoredObject => {
  const { kind, id, data } = change;
  const before = changeable(database, { orgId, kind, id }, change.expectedRevision);
  const alias = change.alias === undefined ? before.alias : (change.alias ?? undefined);
  refuseTakenAlias(database, { orgId, kind, id }, alias);
  database
    .query(
      'UPDATE object SET alias = ?, data = ?, revision = revision + 1, updated_ms = ? WHERE org_id = ? AND kind = ? AND id = ?',
    )
    .run(alias ?? null, JSON.stringify(data), Date.now(), orgId, kind, id);
  writeSealed(database, { orgId, kind, id }, change.sealed);
  writeNames(database, { orgId, kind, id }, data);
  return written(database, { orgId, kind, id });
};

/** Writes an object over another one, whoever that belonged to. For what the config file declares. */
export const overwriteObject = (
  database: Database,
  {
    orgId,
    kind,
    id,
    alias,
    data,
    origin,
  }: Pick<StoredObject, 'orgId' | 'kind' | 'id' | 'data' | 'origin'> & { readonly alias?: string },
): void => {
  refuseTakenAlias(database, { orgId, kind, id }, alias);
  database
    .query(
      'UPDATE object SET alias = ?, data = ?, origin = ?, revision = revision + 1, updated_ms = ? WHERE org_id = ? AND kind = ? AND id = ?',
    )
    .run(alias ?? null, JSON.stringify(data), origin, Date.now(), orgId, kind, id);
  writeNames(database, { orgId, kind, id }, data);
};

/** The object as it is, when it may be changed. */
export const changeable = <Kind extends ObjectKind>(
  database: Database,
  at: { readonly orgId: string; readonly kind: Kind; readonly id: string },
  expectedRevision: number | undefined,
): StoredObject<Kind> => {
  const object = readObject(database, at);
  mustBeChangeable(at, object, expectedRevision);
  return object;
};

const written = (
  database: Database,
  at: { readonly orgId: string; readonly kind: ObjectKind; readonly id: string },
): StoredObject => {
  const object = readObject(database, at);
  if (object === undefined) throw new Error(`The ${at.kind} ${at.id} was written and is not there.`);
  keepVersion(database, object);
  return object;
};

const refuseTakenAlias = (
  database: Database,
  { orgId, kind, id }: { readonly orgId: string; readonly kind: ObjectKind; readonly id: string },
  alias: string | undefined,
): void => {
  if (alias === undefined) return;
  // Aliases of organisations lie in organisations of their own, and must differ all the same.
  const taken =
    kind === 'organisation'
      ? database
          .query("SELECT id FROM object WHERE kind = 'organisation' AND alias = ? AND id <> ? AND deleted_ms IS NULL")
          .get(alias, id)
      : database
          .query('SELECT id FROM object WHERE org_id = ? AND kind = ? AND alias = ? AND id <> ? AND deleted_ms IS NULL')
          .get(orgId, kind, alias, id);
  if (taken !== null) throw takenAlias(kind, alias, (taken as { readonly id: string }).id);
};
