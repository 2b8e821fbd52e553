import type { ObjectKind } from '../../../core/access/object-kind.ts';
import type { StoredObject } from '../../../ports/admin-store.ts';

/** A row as the database gives it: whole numbers are `bigint`. */
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
