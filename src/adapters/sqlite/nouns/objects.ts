import type { Database } from 'bun:sqlite';
import type { ObjectKind } from '../../../core/access/object-kind.ts';
import { sealedKinds } from '../../../core/access/object-kind.ts';
import { firstStays, isFirst, type ObjectPlace } from '../../../core/access/object-refusals.ts';
import type { DirectoryChange, DirectorySnapshot } from '../../../ports/access/directory-source.ts';
import type { SnapshotText } from '../../../ports/access/snapshot-text.ts';
import type {
  Created,
  KeyRotation,
  NewObject,
  ObjectChange,
  ObjectPage,
  ObjectQuery,
  StoredObject,
  VersionPage,
  VersionQuery,
} from '../../../ports/admin-store.ts';
import { type InOrganisation, type ObjectRemoval, writtenChange } from '../../../ports/store/object-questions.ts';
import { type HashRow, hashOf, type ObjectRow, objectColumns, objectPage } from '../../../ports/store/object-row.ts';
import { refuseWhileNamed } from '../objects/object-names.ts';
import { listVersions } from '../objects/object-versions.ts';
import { allSealed, removeSealed, sealedOf } from '../objects/sealed-fields.ts';
import {
  changeable,
  changeObject,
  insertHash,
  insertObject,
  readObject,
  repeatedCreation,
} from '../objects/write-object.ts';
import type { OperationTable, StoreContext } from '../store-context.ts';

/** Everything an operation writes is written together or not at all, and told when it is. */
const atomically = <Result>({ database }: StoreContext, work: () => Result): Result =>
  database.transaction(work).immediate();

const create = (context: StoreContext, { orgId, asked }: InOrganisation<NewObject>): Created =>
  atomically(context, () => {
    const { database } = context;
    const repeated = repeatedCreation(database, orgId, asked);
    if (repeated !== undefined) return repeated;
    const object = insertObject(database, orgId, asked);
    tell(context, object);
    return { object, repeated: false };
  });

const get = ({ database }: StoreContext, { orgId, asked }: InOrganisation<ObjectPlace>): StoredObject | undefined =>
  readObject(database, { orgId, ...asked });

const update = (context: StoreContext, { orgId, asked }: InOrganisation<ObjectChange>): StoredObject =>
  atomically(context, () => {
    const object = changeObject(context.database, orgId, asked);
    tell(context, object);
    return object;
  });

const remove = (context: StoreContext, { orgId, asked }: InOrganisation<ObjectRemoval>): void =>
  atomically(context, () => {
    const { database } = context;
    const { kind, id, expectedRevision } = asked;
    const object = changeable(database, { orgId, kind, id }, expectedRevision);
    if (isFirst({ kind, id })) throw firstStays();
    refuseWhileNamed(database, { orgId, kind, id });
    database
      .query('UPDATE object SET deleted_ms = ?, revision = revision + 1 WHERE org_id = ? AND kind = ? AND id = ?')
      .run(Date.now(), orgId, kind, id);
    database.query('DELETE FROM object_name WHERE org_id = ? AND kind = ? AND id = ?').run(orgId, kind, id);
    removeSealed(database, { orgId, kind, id });
    if (kind === 'key') database.query('DELETE FROM key_hash WHERE org_id = ? AND key_id = ?').run(orgId, id);
    const change: DirectoryChange = { kind: 'removed', object: { orgId, kind: object.kind, id } };
    context.changed('objects', change);
  });

const list = ({ database }: StoreContext, { orgId, asked }: InOrganisation<ObjectQuery>): ObjectPage => {
  const { kind, after = '', limit, alias, names = {} } = asked;
  const named = Object.entries(names).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const conditions = [
    'org_id = ? AND kind = ? AND id > ? AND deleted_ms IS NULL',
    ...(alias === undefined ? [] : ['alias = ?']),
    ...named.map(
      () =>
        'EXISTS (SELECT 1 FROM object_name n WHERE n.org_id = object.org_id AND n.named_kind = ? AND n.named_id = ? AND n.kind = object.kind AND n.id = object.id)',
    ),
  ];
  const values = [orgId, kind, after, ...(alias === undefined ? [] : [alias]), ...named.flat(), limit + 1];
  const rows = database
    .query(`SELECT ${objectColumns} FROM object WHERE ${conditions.join(' AND ')} ORDER BY id LIMIT ?`)
    .all(...values) as readonly ObjectRow[];
  return objectPage(rows, limit);
};

const versions = ({ database }: StoreContext, { orgId, asked }: InOrganisation<VersionQuery>): VersionPage =>
  listVersions(database, orgId, asked);

const organisations = (
  { database }: StoreContext,
  { after = '', limit }: { readonly after?: string; readonly limit: number },
): ObjectPage<'organisation'> => {
  const rows = database
    .query(
      `SELECT ${objectColumns} FROM object WHERE kind = 'organisation' AND id > ? AND deleted_ms IS NULL ORDER BY id LIMIT ?`,
    )
    .all(after, limit + 1) as readonly ObjectRow[];
  return objectPage(rows, limit);
};

/** A new secret. Former ones go on until the end of the grace period, or until they would have ended anyway. */
const addHash = (context: StoreContext, { orgId, asked }: InOrganisation<KeyRotation>): StoredObject<'key'> =>
  atomically(context, () => {
    const { database } = context;
    const { id, hash, shown, graceUntilMs, expectedRevision } = asked;
    const before = changeable(database, { orgId, kind: 'key', id }, expectedRevision);
    database.query('DELETE FROM key_hash WHERE expires_ms <= ?').run(Date.now());
    if (graceUntilMs <= Date.now())
      database.query('DELETE FROM key_hash WHERE org_id = ? AND key_id = ?').run(orgId, id);
    else
      database
        .query('UPDATE key_hash SET expires_ms = min(coalesce(expires_ms, ?1), ?1) WHERE org_id = ?2 AND key_id = ?3')
        .run(graceUntilMs, orgId, id);
    insertHash(database, { orgId, keyId: id, hash });
    const object = changeObject(database, orgId, { kind: 'key', id, data: { ...before.data, shown } });
    tell(context, object);
    return object as StoredObject<'key'>;
  });

const findHash = (
  { database }: StoreContext,
  { hash, nowMs }: { readonly hash: string; readonly nowMs: number },
): StoredObject<'key'> | undefined => {
  const row = database
    .query('SELECT org_id, key_id FROM key_hash WHERE hash = ? AND (expires_ms IS NULL OR expires_ms > ?)')
    .get(hash, nowMs) as { readonly org_id: string; readonly key_id: string } | null;
  return row === null ? undefined : readObject(database, { orgId: row.org_id, kind: 'key', id: row.key_id });
};

export const tell = (context: StoreContext, object: StoredObject): void => {
  const { orgId, kind, id } = object;
  const change = writtenChange(object, {
    hashes: kind === 'key' ? hashesOf(context.database, orgId, id) : [],
    sealed: sealedKinds.has(kind) ? sealedOf(context.database, { orgId, kind, id }) : [],
  });
  context.changed('objects', change);
};

const hashesOf = (database: Database, orgId: string, keyId: string): DirectorySnapshot['hashes'] =>
  (
    database
      .query('SELECT hash, org_id, key_id, expires_ms FROM key_hash WHERE org_id = ? AND key_id = ?')
      .all(orgId, keyId) as readonly HashRow[]
  ).map(hashOf);

/** Everything the directory keeps in memory, as text: copying a hundred thousand small objects between threads takes seconds. */
const snapshot = ({ database }: StoreContext, { kind }: { readonly kind?: ObjectKind }): SnapshotText => ({
  objects: textOf(
    database
      .query(
        `SELECT group_concat(org_id || char(31) || kind || char(31) || id || char(31) || coalesce(alias, '') || char(31) || origin || char(31) || data, char(30)) AS text
         FROM object WHERE deleted_ms IS NULL AND (?1 IS NULL OR kind = ?1)`,
      )
      .get(kind ?? null),
  ),
  hashes:
    kind === undefined || kind === 'key'
      ? textOf(
          database
            .query(
              "SELECT group_concat(hash || char(31) || org_id || char(31) || key_id || char(31) || coalesce(expires_ms, ''), char(30)) AS text FROM key_hash",
            )
            .get(),
        )
      : '',
  sealed: allSealed(database),
});

const textOf = (row: unknown): string => (row as { readonly text: string | null } | null)?.text ?? '';

export const objectOperations = {
  'objects.create': create,
  'objects.get': get,
  'objects.update': update,
  'objects.remove': remove,
  'objects.list': list,
  'objects.versions': versions,
  'objects.organisations': organisations,
  'objects.addHash': addHash,
  'objects.findHash': findHash,
  'objects.snapshot': snapshot,
} satisfies OperationTable;
