import type { WrappedKey } from '../../../ports/access/secret-seal.ts';
import { asWriter } from '../changes/append-change.ts';
import type { NodeContext } from '../objects/node-context.ts';

/** The topic of data keys. */
export const sealsTopic = 'seals';

const dataKeys = (context: NodeContext, _: Record<never, never>): Promise<readonly WrappedKey[]> =>
  context.atomically('*', async (sql) => {
    const rows = await sql.unsafe(
      'SELECT org_id AS "orgId", key_id AS "keyId", wrapped, wrapped_by AS "wrappedBy" FROM sluice.data_key ORDER BY created_ms, key_id',
    );
    return [...(rows as readonly WrappedKey[])];
  });

/** Other nodes must know it before they hear of what is sealed with it, so it is a change with a number of its own. */
const addDataKey = (context: NodeContext, key: WrappedKey): Promise<void> =>
  asWriter(context, key.orgId, async ({ sql, append }) => {
    const { orgId, keyId, wrapped, wrappedBy } = key;
    await sql.unsafe(
      'INSERT INTO sluice.data_key (org_id, key_id, wrapped, wrapped_by, created_ms) VALUES ($1, $2, $3, $4, $5)',
      [orgId, keyId, wrapped, wrappedBy, context.nowMs()],
    );
    await append({ orgId, topic: sealsTopic, subject: keyId });
  });

/** One transaction: a wrapping that is half changed could not be opened. */
const replaceDataKeys = (context: NodeContext, { keys }: { readonly keys: readonly WrappedKey[] }): Promise<void> =>
  asWriter(context, '*', async ({ sql }) => {
    for (const { orgId, keyId, wrapped, wrappedBy } of keys)
      await sql.unsafe('UPDATE sluice.data_key SET wrapped = $1, wrapped_by = $2 WHERE org_id = $3 AND key_id = $4', [
        wrapped,
        wrappedBy,
        orgId,
        keyId,
      ]);
  });

/** What was written down under a name at the first start of any node; written now when nothing was. */
const startCheck = (
  context: NodeContext,
  { name, value }: { readonly name: string; readonly value: string },
): Promise<string> =>
  context.atomically('*', async (sql) => {
    await sql.unsafe('INSERT INTO sluice.start_check (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      name,
      value,
    ]);
    const rows = await sql.unsafe('SELECT value FROM sluice.start_check WHERE name = $1', [name]);
    return (rows as readonly { readonly value: string }[])[0]?.value ?? value;
  });

export const sealOperations = {
  'seals.dataKeys': dataKeys,
  'seals.addDataKey': addDataKey,
  'seals.replaceDataKeys': replaceDataKeys,
  'seals.startCheck': startCheck,
};
