import type { Database } from 'bun:sqlite';
import type { ObjectKind } from '../../../core/access/object-kind.ts';
import { versionedKinds } from '../../../core/access/object-kind.ts';
import type { StoredObject, VersionPage, VersionQuery } from '../../../ports/admin-store.ts';
import { type VersionRow, versionPage } from '../../../ports/store/object-row.ts';

/** Keeps what an object holds now, of the kinds whose versions are kept. */
export const keepVersion = (database: Database, object: StoredObject): void => {
  const { orgId, kind, id, revision, alias, data, updatedMs } = object;
  if (!versionedKinds.has(kind)) return;
  database
    .query(
      'INSERT INTO object_version (org_id, kind, id, revision, alias, data, written_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(orgId, kind, id, revision, alias ?? null, JSON.stringify(data), updatedMs);
};

/** Newest first. Those of an earlier object of the same id are among them. */
export const listVersions = <Kind extends ObjectKind>(
  database: Database,
  orgId: string,
  { kind, id, before = Number.MAX_SAFE_INTEGER, limit }: VersionQuery<Kind>,
): VersionPage<Kind> => {
  const rows = database
    .query(
      `SELECT revision, alias, data, written_ms FROM object_version
       WHERE org_id = ? AND kind = ? AND id = ? AND revision < ? ORDER BY revision DESC LIMIT ?`,
    )
    .all(orgId, kind, id, before, limit + 1) as readonly VersionRow[];
  return versionPage(rows, limit);
};
