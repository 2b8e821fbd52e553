import type { ObjectKind } from '../../core/access/object-kind.ts';
import type { DirectoryHash } from '../access/directory-source.ts';
import type { ObjectPage, ObjectVersion, StoredObject, VersionPage } from '../admin-store.ts';

/** A row as a database gives it: whole numbers are `bigint`. */
export interface ObjectRow {
  readonly org_id: string;
  readonly kind: ObjectKind;
  readonly id: string;
  readonly alias: string | null;
  readonly revision: bigint;
  readonly origin: 'file' | 'database';
  readonly data: string;
  readonly created_ms: bigint;
  readonly updated_ms: bigint;
}

export const objectColumns = 'org_id, kind, id, alias, revision, origin, data, created_ms, updated_ms';

export const objectOf = <Kind extends ObjectKind>(row: ObjectRow): StoredObject<Kind> => ({
  orgId: row.org_id,
  kind: row.kind as Kind,
  id: row.id,
  ...(row.alias === null ? {} : { alias: row.alias }),
  revision: Number(row.revision),
  origin: row.origin,
  data: JSON.parse(row.data) as StoredObject<Kind>['data'],
  createdMs: Number(row.created_ms),
  updatedMs: Number(row.updated_ms),
});

/** `rows`: one more than `limit` when there is another page. */
export const objectPage = <Kind extends ObjectKind>(rows: readonly ObjectRow[], limit: number): ObjectPage<Kind> => {
  const objects = rows.slice(0, limit).map((row) => objectOf<Kind>(row));
  const last = objects.at(-1);
  return { objects, ...(rows.length > limit && last !== undefined ? { next: last.id } : {}) };
};

export interface VersionRow {
  readonly revision: bigint;
  readonly alias: string | null;
  readonly data: string;
  readonly written_ms: bigint;
}

/** `rows`: newest first, one more than `limit` when there is another page. */
export const versionPage = <Kind extends ObjectKind>(rows: readonly VersionRow[], limit: number): VersionPage<Kind> => {
  const versions = rows.slice(0, limit).map(
    (row): ObjectVersion<Kind> => ({
      revision: Number(row.revision),
      ...(row.alias === null ? {} : { alias: row.alias }),
      data: JSON.parse(row.data) as ObjectVersion<Kind>['data'],
      writtenMs: Number(row.written_ms),
    }),
  );
  const last = versions.at(-1);
  return { versions, ...(rows.length > limit && last !== undefined ? { next: last.revision } : {}) };
};

export interface HashRow {
  readonly hash: string;
  readonly org_id: string;
  readonly key_id: string;
  readonly expires_ms: bigint | null;
}

export const hashOf = (row: HashRow): DirectoryHash => ({
  hash: row.hash,
  orgId: row.org_id,
  keyId: row.key_id,
  ...(row.expires_ms === null ? {} : { expiresMs: Number(row.expires_ms) }),
});

export interface IdempotentRow {
  readonly kind: ObjectKind;
  readonly digest: string;
  readonly id: string;
  readonly seed: string | null;
}
