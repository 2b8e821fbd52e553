import type { Resource, ResourcePlace } from '../../../ports/resources.ts';
import type { OperationTable, StoreContext } from '../store-context.ts';

/** Providers keep answers for a month, as far as they say. */
const keptMs = 90 * 24 * 60 * 60 * 1000;

export interface AddedResources {
  readonly orgId: string;
  readonly things: readonly Resource[];
  readonly place: ResourcePlace;
  readonly nowMs: number;
}

const add = ({ database }: StoreContext, { orgId, things, place, nowMs }: AddedResources): void => {
  database.transaction(() => {
    database.query('DELETE FROM resource WHERE created_ms <= ?').run(nowMs - keptMs);
    // An id is its first owner's: nobody takes one over by making a provider say it again.
    const insert = database.query(
      `INSERT OR IGNORE INTO resource (org_id, kind, native_id, owner, provider, model, credential, created_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const { owner, provider, model, credential } = place;
    for (const { kind, id } of things) insert.run(orgId, kind, id, owner, provider, model, credential, nowMs);
  })();
};

const find = (
  { database }: StoreContext,
  { orgId, things }: Pick<AddedResources, 'orgId' | 'things'>,
): ReadonlyMap<string, ResourcePlace> => {
  const query = database.query(
    `SELECT owner, provider, model, credential FROM resource WHERE org_id = ? AND kind = ? AND native_id = ? AND deleted_ms IS NULL`,
  );
  const found = new Map<string, ResourcePlace>();
  for (const { kind, id } of things) {
    const row = query.get(orgId, kind, id) as ResourcePlace | null;
    if (row !== null) found.set(id, row);
  }
  return found;
};

const remove = (
  { database }: StoreContext,
  { orgId, thing, nowMs }: { readonly orgId: string; readonly thing: Resource; readonly nowMs: number },
): void => {
  database
    .query('UPDATE resource SET deleted_ms = ? WHERE org_id = ? AND kind = ? AND native_id = ?')
    .run(nowMs, orgId, thing.kind, thing.id);
};

export const resourceOperations = {
  'resources.add': add,
  'resources.find': find,
  'resources.remove': remove,
} satisfies OperationTable;
