import { declaredKinds } from '../../../core/access/declared-object.ts';
import type { ObjectKind } from '../../../core/access/object-kind.ts';
import { declaredElsewhere, isFirst } from '../../../core/access/object-refusals.ts';
import { type Declared, type DeclaredRow, declaredData, isAsDeclared } from '../../../ports/store/object-questions.ts';
import { asWriter, type Write } from '../changes/append-change.ts';
import { digestOf, forgetFiles, isOutdated, looseObjects, noteFile, putInForce } from '../objects/declared-files.ts';
import type { NodeContext } from '../objects/node-context.ts';
import { refuseWhileNamed } from '../objects/object-names.ts';
import type { Place } from '../objects/place.ts';
import { readObject } from '../objects/read-object.ts';
import { tellObject } from '../objects/tell-object.ts';
import { deleteObject, insertHash, insertObject, overwriteObject } from '../objects/write-object.ts';

/**
 * Makes the objects of the file what this node's file says, all or none. Of nodes with different files the one that came last is in force, and what another
 * one's file declares stays until no node has that file.
 */
const declare = (context: NodeContext, { objects }: { readonly objects: readonly DeclaredRow[] }): Promise<Declared> =>
  asWriter(context, '*', async (write) => {
    const { sql } = write;
    const file = { nodeId: context.node.id, digest: digestOf(objects), nowMs: context.nowMs() };
    await noteFile(sql, file);
    if (await isOutdated(sql, file)) return { written: 0, removed: 0, pending: true };
    const declaring: Declaring = { context, write, nowMs: file.nowMs };
    let written = 0;
    for (const object of objects) if (await writeDeclared(declaring, object)) written += 1;
    await putInForce(sql, file, objects);
    await forgetFiles(sql);
    const { loose, others } = await looseObjects(sql, file.digest);
    const order = (kind: ObjectKind): number => (declaredKinds as readonly ObjectKind[]).indexOf(kind);
    // Those that name others go first.
    for (const place of loose.toSorted((one, other) => order(other.kind) - order(one.kind)))
      await remove(declaring, place);
    return { written, removed: loose.length, ...(others > 0 ? { pending: true } : {}) };
  });

interface Declaring {
  readonly context: NodeContext;
  readonly write: Write;
  readonly nowMs: number;
}

/** Whether it had to be written. */
const writeDeclared = async ({ context, write, nowMs }: Declaring, declared: DeclaredRow): Promise<boolean> => {
  const { sql } = write;
  const { orgId, kind, id, alias, hash } = declared;
  const place = { orgId, kind, id };
  const before = await readObject(sql, place);
  if (before !== undefined && before.origin !== 'file' && !isFirst(place)) throw declaredElsewhere(place);
  const hasHash = hash === undefined || (await isHash(sql, { orgId, keyId: id, hash }));
  if (isAsDeclared(before, declared) && hasHash) return false;
  const object = { kind, id, data: declaredData(declared), ...(alias === undefined ? {} : { alias }) };
  const writing = { sql, orgId, nowMs };
  if (before === undefined)
    await insertObject(writing, { ...object, origin: 'file', ...(hash === undefined ? {} : { hash }) });
  else await overwriteObject(writing, { ...object, origin: 'file' });
  if (before !== undefined && hash !== undefined && !hasHash) {
    await sql.unsafe('DELETE FROM sluice.key_hash WHERE org_id = $1 AND key_id = $2', [orgId, id]);
    await insertHash(sql, { orgId, keyId: id, hash });
  }
  await tellObject(context, write, place);
  return true;
};

const isHash = async (
  sql: Write['sql'],
  { orgId, keyId, hash }: { readonly orgId: string; readonly keyId: string; readonly hash: string },
): Promise<boolean> => {
  const rows = (await sql.unsafe('SELECT 1 FROM sluice.key_hash WHERE org_id = $1 AND key_id = $2 AND hash = $3', [
    orgId,
    keyId,
    hash,
  ])) as readonly unknown[];
  return rows.length > 0;
};

const remove = async ({ context, write, nowMs }: Declaring, place: Place): Promise<void> => {
  const { sql } = write;
  const writing = { sql, orgId: place.orgId, nowMs };
  const object = await readObject(sql, place);
  // The organisation everything begins in stays, and is the API's again.
  if (isFirst(place) && object !== undefined) await overwriteObject(writing, { ...object, origin: 'database' });
  else {
    await refuseWhileNamed(sql, place);
    await deleteObject(writing, place);
  }
  await tellObject(context, write, place);
};

export const declaredOperations = { 'objects.declare': declare };
