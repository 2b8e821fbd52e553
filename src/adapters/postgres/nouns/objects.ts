import type { ObjectKind } from '../../../core/access/object-kind.ts';
import { firstStays, isFirst, type ObjectPlace } from '../../../core/access/object-refusals.ts';
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
import type { InOrganisation, ObjectRemoval } from '../../../ports/store/object-questions.ts';
import {
  type ObjectRow,
  objectColumns,
  objectPage,
  type VersionRow,
  versionPage,
} from '../../../ports/store/object-row.ts';
import { type Write as Append, asWriter } from '../changes/append-change.ts';
import type { NodeContext } from '../objects/node-context.ts';
import { refuseWhileNamed } from '../objects/object-names.ts';
import { scopeOf } from '../objects/place.ts';
import { changeable, readObject } from '../objects/read-object.ts';
import { allSealed } from '../objects/sealed-fields.ts';
import { tellObject } from '../objects/tell-object.ts';
import {
  changeObject,
  deleteObject,
  insertHash,
  insertObject,
  repeatedCreation,
  type Writing,
} from '../objects/write-object.ts';

type Write = Writing & Append;

/** What is written is written together or not at all, by one writer at a time. */
const writing = <Result>(
  context: NodeContext,
  { orgId, asked }: InOrganisation<{ readonly kind: ObjectKind }>,
  work: (write: Write) => Promise<Result>,
): Promise<Result> =>
  asWriter(context, scopeOf({ orgId, kind: asked.kind }), ({ sql, append }) =>
    work({ sql, append, orgId, nowMs: context.nowMs() }),
  );

const create = (context: NodeContext, input: InOrganisation<NewObject>): Promise<Created> =>
  writing(context, input, async (write) => {
    const repeated = await repeatedCreation(write, input.asked);
    if (repeated !== undefined) return repeated;
    const object = await insertObject(write, input.asked);
    await tellObject(context, write, object);
    return { object, repeated: false };
  });

const get = (context: NodeContext, { orgId, asked }: InOrganisation<ObjectPlace>): Promise<StoredObject | undefined> =>
  context.atomically(orgId, (sql) => readObject(sql, { orgId, ...asked }));

const update = (context: NodeContext, input: InOrganisation<ObjectChange>): Promise<StoredObject> =>
  writing(context, input, async (write) => {
    const object = await changeObject(write, input.asked);
    await tellObject(context, write, object);
    return object;
  });

const remove = (context: NodeContext, input: InOrganisation<ObjectRemoval>): Promise<void> =>
  writing(context, input, async (write) => {
    const { kind, id, expectedRevision } = input.asked;
    const place = { orgId: input.orgId, kind, id };
    await changeable(write.sql, place, expectedRevision);
    if (isFirst(place)) throw firstStays();
    await refuseWhileNamed(write.sql, place);
    await deleteObject(write, place);
    await tellObject(context, write, place);
  });

const list = (context: NodeContext, { orgId, asked }: InOrganisation<ObjectQuery>): Promise<ObjectPage> => {
  const { kind, after = '', limit, alias, names = {} } = asked;
  const values: (string | number)[] = [orgId, kind, after];
  const next = (value: string | number): string => `$${values.push(value)}`;
  const conditions = [
    'org_id = $1 AND kind = $2 AND id > $3 AND deleted_ms IS NULL',
    ...(alias === undefined ? [] : [`alias = ${next(alias)}`]),
    ...Object.entries(names)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .map(
        ([namedKind, namedId]) =>
          `EXISTS (SELECT 1 FROM sluice.object_name n WHERE n.org_id = object.org_id AND n.named_kind = ${next(namedKind)}
             AND n.named_id = ${next(namedId)} AND n.kind = object.kind AND n.id = object.id)`,
      ),
  ];
  const query = `SELECT ${objectColumns} FROM sluice.object WHERE ${conditions.join(' AND ')} ORDER BY id LIMIT ${next(limit + 1)}`;
  return context.atomically(orgId, async (sql) =>
    objectPage((await sql.unsafe(query, values)) as readonly ObjectRow[], limit),
  );
};

const versions = (
  context: NodeContext,
  { orgId, asked: { kind, id, before = Number.MAX_SAFE_INTEGER, limit } }: InOrganisation<VersionQuery>,
): Promise<VersionPage> =>
  context.atomically(orgId, async (sql) => {
    const rows = await sql.unsafe(
      `SELECT revision, alias, data, written_ms FROM sluice.object_version
       WHERE org_id = $1 AND kind = $2 AND id = $3 AND revision < $4 ORDER BY revision DESC LIMIT $5`,
      [orgId, kind, id, before, limit + 1],
    );
    return versionPage(rows as readonly VersionRow[], limit);
  });

const organisations = (
  context: NodeContext,
  { after = '', limit }: { readonly after?: string; readonly limit: number },
): Promise<ObjectPage<'organisation'>> =>
  context.atomically('*', async (sql) => {
    const rows = await sql.unsafe(
      `SELECT ${objectColumns} FROM sluice.object WHERE kind = 'organisation' AND id > $1 AND deleted_ms IS NULL ORDER BY id LIMIT $2`,
      [after, limit + 1],
    );
    return objectPage<'organisation'>(rows as readonly ObjectRow[], limit);
  });

/** A new secret. Former ones go on until the end of the grace period, or until they would have ended anyway. */
const addHash = (context: NodeContext, { orgId, asked }: InOrganisation<KeyRotation>): Promise<StoredObject<'key'>> =>
  writing(context, { orgId, asked: { kind: 'key' } }, async (write) => {
    const { sql, nowMs } = write;
    const { id, hash, shown, graceUntilMs, expectedRevision } = asked;
    const place = { orgId, kind: 'key', id } as const;
    const before = await changeable(sql, place, expectedRevision);
    await sql.unsafe('DELETE FROM sluice.key_hash WHERE expires_ms <= $1', [nowMs]);
    if (graceUntilMs <= nowMs)
      await sql.unsafe('DELETE FROM sluice.key_hash WHERE org_id = $1 AND key_id = $2', [orgId, id]);
    else
      await sql.unsafe(
        'UPDATE sluice.key_hash SET expires_ms = least(expires_ms, $1::bigint) WHERE org_id = $2 AND key_id = $3',
        [graceUntilMs, orgId, id],
      );
    await insertHash(sql, { orgId, keyId: id, hash });
    const object = await changeObject(write, { kind: 'key', id, data: { ...before.data, shown } });
    await tellObject(context, write, place);
    return object as StoredObject<'key'>;
  });

const findHash = (
  context: NodeContext,
  { hash, nowMs }: { readonly hash: string; readonly nowMs: number },
): Promise<StoredObject<'key'> | undefined> =>
  context.atomically('*', async (sql) => {
    const rows = (await sql.unsafe(
      'SELECT org_id, key_id FROM sluice.key_hash WHERE hash = $1 AND (expires_ms IS NULL OR expires_ms > $2)',
      [hash, nowMs],
    )) as readonly { readonly org_id: string; readonly key_id: string }[];
    const [row] = rows;
    return row === undefined ? undefined : readObject(sql, { orgId: row.org_id, kind: 'key', id: row.key_id });
  });

const objectText =
  "org_id || chr(31) || kind || chr(31) || id || chr(31) || coalesce(alias, '') || chr(31) || origin || chr(31) || data";
const hashText = "hash || chr(31) || org_id || chr(31) || key_id || chr(31) || coalesce(expires_ms::text, '')";

/** Everything the directory keeps in memory, as text, and the number of the last change that is in it. */
const snapshot = (context: NodeContext, { kind }: { readonly kind?: ObjectKind }): Promise<SnapshotText> =>
  context.atomically('*', async (sql) => {
    // Read first: a later change may be in the rest already, and is told again.
    const number = await lastNumber(sql);
    const objects = await sql.unsafe(
      `SELECT string_agg(${objectText}, chr(30)) AS text FROM sluice.object
       WHERE deleted_ms IS NULL AND ($1::text IS NULL OR kind = $1)`,
      [kind ?? null],
    );
    const hashes =
      kind === undefined || kind === 'key'
        ? await sql.unsafe(`SELECT string_agg(${hashText}, chr(30)) AS text FROM sluice.key_hash`)
        : [];
    return { objects: textOf(objects), hashes: textOf(hashes), sealed: await allSealed(sql), number };
  });

const lastNumber = async (sql: Writing['sql']): Promise<number> => {
  const rows = (await sql.unsafe('SELECT coalesce(max(number), 0) AS number FROM sluice.change')) as readonly {
    readonly number: bigint;
  }[];
  return Number(rows[0]?.number ?? 0);
};

const textOf = (rows: unknown): string => (rows as readonly { readonly text: string | null }[])[0]?.text ?? '';

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
};
