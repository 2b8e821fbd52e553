import type { Database } from 'bun:sqlite';
import type { WrappedKey } from '../../../ports/access/secret-seal.ts';
import type { OperationTable, StoreContext } from '../store-context.ts';

const dataKeys = ({ database }: StoreContext, _: Record<never, never>): readonly WrappedKey[] =>
  database
    .query(
      'SELECT org_id AS orgId, key_id AS keyId, wrapped, wrapped_by AS wrappedBy FROM data_key ORDER BY created_ms, key_id',
    )
    .all() as readonly WrappedKey[];

const addDataKey = ({ database }: StoreContext, key: WrappedKey): void => insertKey(database, key);

/** One transaction: a wrapping that is half changed could not be opened. */
const replaceDataKeys = ({ database }: StoreContext, { keys }: { readonly keys: readonly WrappedKey[] }): void => {
  database.transaction(() => {
    for (const { orgId, keyId, wrapped, wrappedBy } of keys)
      database
        .query('UPDATE data_key SET wrapped = ?, wrapped_by = ? WHERE org_id = ? AND key_id = ?')
        .run(wrapped, wrappedBy, orgId, keyId);
  })();
};

const insertKey = (database: Database, { orgId, keyId, wrapped, wrappedBy }: WrappedKey): void => {
  database
    .query('INSERT INTO data_key (org_id, key_id, wrapped, wrapped_by, created_ms) VALUES (?, ?, ?, ?, ?)')
    .run(orgId, keyId, wrapped, wrappedBy, Date.now());
};

/** What was written down under a name at the first start; written now when nothing was. */
const startCheck = (
  { database }: StoreContext,
  { name, value }: { readonly name: string; readonly value: string },
): string => {
  database.query('INSERT OR IGNORE INTO start_check (name, value) VALUES (?, ?)').run(name, value);
  return (database.query('SELECT value FROM start_check WHERE name = ?').get(name) as { readonly value: string }).value;
};

export const sealOperations = {
  'seals.dataKeys': dataKeys,
  'seals.addDataKey': addDataKey,
  'seals.replaceDataKeys': replaceDataKeys,
  'seals.startCheck': startCheck,
} satisfies OperationTable;
