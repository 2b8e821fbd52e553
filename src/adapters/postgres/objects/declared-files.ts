import type { TransactionSQL } from 'bun';
import type { DeclaredRow } from '../../../ports/store/object-questions.ts';
import type { Place } from './place.ts';

/** What one node's file declares, by a digest of it. */
export interface DeclaredFile {
  readonly nodeId: string;
  readonly digest: string;
  readonly nowMs: number;
}

/** After that long without a heartbeat a node's file counts no more. */
const deadAfterMs = 60_000;

export const digestOf = (objects: readonly DeclaredRow[]): string =>
  new Bun.CryptoHasher('sha256').update(JSON.stringify(objects)).digest('hex').slice(0, 32);

/** Writes down what file a node has. What nodes have that are no more is forgotten. */
export const noteFile = async (sql: TransactionSQL, { nodeId, digest, nowMs }: DeclaredFile): Promise<void> => {
  await sql.unsafe(
    `DELETE FROM sluice.declared_by WHERE node_id <> $1
     AND NOT EXISTS (SELECT 1 FROM sluice.node WHERE node.id = node_id AND heartbeat_ms > $2)`,
    [nodeId, nowMs - deadAfterMs],
  );
  await sql.unsafe(
    `INSERT INTO sluice.declared_by (node_id, digest) VALUES ($1, $2)
     ON CONFLICT (node_id) DO UPDATE SET digest = excluded.digest`,
    [nodeId, digest],
  );
};

/**
 * Whether other nodes have a later file than this, which then stays in force: a node that starts again with the file of yesterday, in the middle of an upgrade,
 * must not take everything back. A file that was never in force before is the latest.
 */
export const isOutdated = async (sql: TransactionSQL, { nodeId, digest }: DeclaredFile): Promise<boolean> => {
  const rows = (await sql.unsafe(
    `SELECT 1 FROM (SELECT digest FROM sluice.declared_file ORDER BY applied_ms DESC LIMIT 1) AS latest
     WHERE latest.digest <> $1
       AND EXISTS (SELECT 1 FROM sluice.declared_file own WHERE own.digest = $1)
       AND EXISTS (SELECT 1 FROM sluice.declared_by other WHERE other.digest = latest.digest AND other.node_id <> $2)`,
    [digest, nodeId],
  )) as readonly unknown[];
  return rows.length > 0;
};

/** Puts a file in force. Times of files differ, so that one of them is the last. */
export const putInForce = async (
  sql: TransactionSQL,
  { digest, nowMs }: DeclaredFile,
  places: readonly Place[],
): Promise<void> => {
  await sql.unsafe(
    `INSERT INTO sluice.declared_file (digest, applied_ms)
     SELECT $1, greatest($2::bigint, coalesce(max(applied_ms) + 1, 0)) FROM sluice.declared_file WHERE digest <> $1
     ON CONFLICT (digest) DO UPDATE SET applied_ms = excluded.applied_ms`,
    [digest, nowMs],
  );
  for (const { orgId, kind, id } of places)
    await sql.unsafe(
      'INSERT INTO sluice.declaration (org_id, kind, id, digest) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [orgId, kind, id, digest],
    );
};

/** Forgets what only files declare that no node has. */
export const forgetFiles = async (sql: TransactionSQL): Promise<void> => {
  await sql.unsafe(
    'DELETE FROM sluice.declaration WHERE NOT EXISTS (SELECT 1 FROM sluice.declared_by WHERE declared_by.digest = declaration.digest)',
  );
};

/** Objects of files that no file of a node declares any more, and how many this file does not declare and another one does. */
export const looseObjects = async (
  sql: TransactionSQL,
  digest: string,
): Promise<{ readonly loose: readonly Place[]; readonly others: number }> => {
  const rows = (await sql.unsafe(
    `SELECT org_id AS "orgId", kind, id,
       EXISTS (SELECT 1 FROM sluice.declaration d WHERE (d.org_id, d.kind, d.id) = (o.org_id, o.kind, o.id)) AS declared
     FROM sluice.object o WHERE origin = 'file' AND deleted_ms IS NULL
       AND NOT EXISTS (SELECT 1 FROM sluice.declaration d WHERE (d.org_id, d.kind, d.id, d.digest) = (o.org_id, o.kind, o.id, $1))`,
    [digest],
  )) as readonly (Place & { readonly declared: boolean })[];
  const loose = rows.filter(({ declared }) => !declared).map(({ orgId, kind, id }) => ({ orgId, kind, id }));
  return { loose, others: rows.length - loose.length };
};
