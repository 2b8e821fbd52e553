import type { TransactionSQL } from 'bun';
import { versionedKinds } from '../../../core/access/object-kind.ts';
import {
  noOrganisation,
  takenAlias,
  takenId,
  takenIdempotencyKey,
  takenKey,
} from '../../../core/access/object-refusals.ts';
import type { Created, NewObject, ObjectChange, StoredObject } from '../../../ports/admin-store.ts';
import { idempotencyMs } from '../../../ports/store/object-questions.ts';
import type { IdempotentRow } from '../../../ports/store/object-row.ts';
import { isThere, writeNames } from './object-names.ts';
import type { Place } from './place.ts';
import { changeable, readObject } from './read-object.ts';
import { writeSealed } from './sealed-fields.ts';

/** A transaction, of one organisation, at one time. */
export interface Writing {
  readonly sql: TransactionSQL;
  readonly orgId: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** The object made earlier under the same Idempotency-Key. Throws `conflict` when that was asked with other words. */
export const repeatedCreation = async (
  { sql, orgId, nowMs }: Writing,
  { kind, idempotency }: NewObject,
): Promise<Created | undefined> => {
  if (idempotency === undefined) return undefined;
  await sql.unsafe('DELETE FROM sluice.idempotent WHERE created_ms < $1', [nowMs - idempotencyMs]);
  const rows = (await sql.unsafe(
    'SELECT kind, digest, id, seed FROM sluice.idempotent WHERE org_id = $1 AND idempotency_key = $2',
    [orgId, idempotency.key],
  )) as readonly IdempotentRow[];
  const [row] = rows;
  if (row === undefined) return undefined;
  const object = await readObject(sql, { orgId, kind: row.kind, id: row.id });
  if (row.kind !== kind || row.digest !== idempotency.digest || object === undefined) throw takenIdempotencyKey();
  return { object, repeated: true, ...(row.seed === null ? {} : { seed: row.seed }) };
};

/** Puts a new object in its place. A deleted one of the same id gives way, and its revisions go on. */
export const insertObject = async (writing: Writing, object: NewObject): Promise<StoredObject> => {
  const { sql, orgId, nowMs } = writing;
  const { kind, id, alias, data, origin = 'database', idempotency } = object;
  const place = { orgId, kind, id };
  if (kind !== 'organisation' && !(await isThere(sql, { orgId, kind: 'organisation', id: orgId })))
    throw noOrganisation(orgId);
  if (await isThere(sql, place)) throw takenId(place);
  await refuseTakenAlias(sql, place, alias);
  await sql.unsafe(
    `INSERT INTO sluice.object AS kept (org_id, kind, id, alias, revision, origin, data, created_ms, updated_ms)
     VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $7)
     ON CONFLICT (org_id, kind, id) DO UPDATE SET alias = excluded.alias, revision = kept.revision + 1,
       origin = excluded.origin, data = excluded.data, created_ms = excluded.created_ms,
       updated_ms = excluded.updated_ms, deleted_ms = NULL`,
    [orgId, kind, id, alias ?? null, origin, JSON.stringify(data), nowMs],
  );
  await writeNames(sql, place, data);
  await writeSealed(sql, place, object.sealed);
  if (object.hash !== undefined) await insertHash(sql, { orgId, keyId: id, hash: object.hash });
  if (idempotency !== undefined)
    await sql.unsafe(
      'INSERT INTO sluice.idempotent (org_id, idempotency_key, kind, digest, id, seed, created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [orgId, idempotency.key, kind, idempotency.digest, id, idempotency.seed ?? null, nowMs],
    );
  return written(sql, place);
};

export const insertHash = async (
  sql: TransactionSQL,
  { orgId, keyId, hash }: { readonly orgId: string; readonly keyId: string; readonly hash: string },
): Promise<void> => {
  const rows = (await sql.unsafe(
    'INSERT INTO sluice.key_hash (hash, org_id, key_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING hash',
    [hash, orgId, keyId],
  )) as readonly unknown[];
  if (rows.length === 0) throw takenKey();
};

/** Writes an object's new contents. Throws `not_found`, `owned_by_file`, `precondition_failed` and `conflict`. */
export const changeObject = async ({ sql, orgId, nowMs }: Writing, change: ObjectChange): Promise<StoredObject> => {
  const { kind, id, data } = change;
  const place = { orgId, kind, id };
  const before = await changeable(sql, place, change.expectedRevision);
  const alias = change.alias === undefined ? before.alias : (change.alias ?? undefined);
  await refuseTakenAlias(sql, place, alias);
  await sql.unsafe(
    `UPDATE sluice.object SET alias = $1, data = $2, revision = revision + 1, updated_ms = $3
     WHERE org_id = $4 AND kind = $5 AND id = $6`,
    [alias ?? null, JSON.stringify(data), nowMs, orgId, kind, id],
  );
  await writeSealed(sql, place, change.sealed);
  await writeNames(sql, place, data);
  return written(sql, place);
};

type Overwriting = Pick<StoredObject, 'kind' | 'id' | 'data' | 'origin'> & { readonly alias?: string };

/** Writes an object over another one, whoever that belonged to. For what the config file declares. */
export const overwriteObject = async ({ sql, orgId, nowMs }: Writing, object: Overwriting): Promise<void> => {
  const { kind, id, alias, data, origin } = object;
  const place = { orgId, kind, id };
  await refuseTakenAlias(sql, place, alias);
  await sql.unsafe(
    `UPDATE sluice.object SET alias = $1, data = $2, origin = $3, revision = revision + 1, updated_ms = $4
     WHERE org_id = $5 AND kind = $6 AND id = $7`,
    [alias ?? null, JSON.stringify(data), origin, nowMs, orgId, kind, id],
  );
  await writeNames(sql, place, data);
};

/** Takes an object away, and with it what it named, its secrets and its hashes. */
export const deleteObject = async ({ sql, nowMs }: Writing, { orgId, kind, id }: Place): Promise<void> => {
  const place = [orgId, kind, id];
  await sql.unsafe(
    'UPDATE sluice.object SET deleted_ms = $4, revision = revision + 1 WHERE org_id = $1 AND kind = $2 AND id = $3',
    [...place, nowMs],
  );
  await sql.unsafe('DELETE FROM sluice.object_name WHERE org_id = $1 AND kind = $2 AND id = $3', place);
  await sql.unsafe('DELETE FROM sluice.sealed WHERE org_id = $1 AND kind = $2 AND id = $3', place);
  if (kind === 'key') await sql.unsafe('DELETE FROM sluice.key_hash WHERE org_id = $1 AND key_id = $2', [orgId, id]);
};

/** The object as it is now; of the kinds whose versions are kept it becomes one. */
const written = async (sql: TransactionSQL, at: Place): Promise<StoredObject> => {
  const object = await readObject(sql, at);
  if (object === undefined) throw new Error(`The ${at.kind} ${at.id} was written and is not there.`);
  const { orgId, kind, id, revision, alias, data, updatedMs } = object;
  if (versionedKinds.has(kind))
    await sql.unsafe(
      `INSERT INTO sluice.object_version (org_id, kind, id, revision, alias, data, written_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [orgId, kind, id, revision, alias ?? null, JSON.stringify(data), updatedMs],
    );
  return object;
};

const refuseTakenAlias = async (
  sql: TransactionSQL,
  { orgId, kind, id }: Place,
  alias: string | undefined,
): Promise<void> => {
  if (alias === undefined) return;
  // Aliases of organisations lie in organisations of their own, and must differ all the same.
  const rows =
    kind === 'organisation'
      ? await sql.unsafe(
          "SELECT id FROM sluice.object WHERE kind = 'organisation' AND alias = $1 AND id <> $2 AND deleted_ms IS NULL",
          [alias, id],
        )
      : await sql.unsafe(
          'SELECT id FROM sluice.object WHERE org_id = $1 AND kind = $2 AND alias = $3 AND id <> $4 AND deleted_ms IS NULL',
          [orgId, kind, alias, id],
        );
  const [taken] = rows as readonly { readonly id: string }[];
  if (taken !== undefined) throw takenAlias(kind, alias, taken.id);
};
