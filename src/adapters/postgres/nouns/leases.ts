import type { TransactionSQL } from 'bun';
import {
  grantLeases,
  type LeasedCounter,
  type LeaseOrder,
  type LeaseRequest,
} from '../../../core/ledger/leases/grant-leases.ts';
import { databaseNow, type LeaseContext, listOf } from '../leases/lease-context.ts';
import { expireLeases, releaseLeases } from '../leases/release-leases.ts';

/** What a node learns when the authority has heard of it. */
export interface LeaseNews {
  /** The database's time. */
  readonly nowMs: number;
  /** Nodes that are alive. */
  readonly nodes: number;
  /** How often this node's leases were given to others. */
  readonly lost: number;
}

/** A node, as operators see it. */
export interface LeaseHolder {
  readonly nodeId: string;
  readonly epoch: number;
  /** Milliseconds since it was last heard of. */
  readonly silentMs: number;
  /** What its leases have left; nano-dollars. */
  readonly leftNanoUsd: bigint;
}

export interface CounterStanding {
  readonly orgId: string;
  readonly id: string;
  readonly settledNanoUsd: bigint;
  readonly heldNanoUsd: bigint;
}

interface StandingRow {
  readonly settled: bigint;
  readonly held: bigint;
  readonly granted: bigint;
  readonly used: bigint;
  readonly sequence: bigint;
}

/** Whom nobody has heard of for so long shares nothing of what is left. */
const aliveMs = 60_000;

const replaced = (): Error =>
  new Error('Another process has taken over as this node, or an operator has given it up. Start it again.');

/** Holds the node's row until the end of the transaction. Throws when this process is no longer that node. */
const stillMine = async (sql: TransactionSQL, { node }: LeaseContext): Promise<void> => {
  const [row] = (await sql.unsafe('SELECT epoch FROM sluice.lease_node WHERE node_id = $1 FOR SHARE', [
    node.id,
  ])) as readonly { readonly epoch: bigint }[];
  if (row === undefined || Number(row.epoch) !== node.epoch) throw replaced();
};

const newsOf = async (sql: TransactionSQL, { node }: LeaseContext): Promise<LeaseNews> => {
  const [row] = (await sql.unsafe(
    `SELECT ${databaseNow} AS now, lost, (SELECT count(*) FROM sluice.lease_node WHERE heard_ms > ${databaseNow} - $2::bigint) AS nodes
     FROM sluice.lease_node WHERE node_id = $1`,
    [node.id, aliveMs],
  )) as readonly { readonly now: bigint; readonly lost: bigint; readonly nodes: bigint }[];
  if (row === undefined) throw replaced();
  return { nowMs: Number(row.now), nodes: Number(row.nodes), lost: Number(row.lost) };
};

const rowsFor = async (
  sql: TransactionSQL,
  orders: readonly LeaseOrder[],
  { node }: LeaseContext,
): Promise<readonly LeasedCounter[]> => {
  const asked = listOf(orders.map(({ orgId, counter }, at) => ({ orgId, counter, at })));
  const from = `FROM jsonb_to_recordset(($1::text)::jsonb) AS asked("orgId" text, counter text, at integer)`;
  const lease = [asked, node.id, node.epoch];
  await sql.unsafe(
    `INSERT INTO sluice.counter (org_id, counter_id) SELECT "orgId", counter ${from} ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
    [asked],
  );
  await sql.unsafe(
    `SELECT 1 FROM sluice.counter WHERE (org_id, counter_id) IN (SELECT "orgId", counter ${from}) ORDER BY org_id, counter_id FOR UPDATE`,
    [asked],
  );
  await sql.unsafe(
    `INSERT INTO sluice.lease (org_id, counter_id, node_id, epoch) SELECT "orgId", counter, $2, $3 ${from} ON CONFLICT DO NOTHING`,
    lease,
  );
  // A statement of its own: it sees what others had written when the locks were given.
  const rows = (await sql.unsafe(
    `SELECT settled_nano_usd AS settled, held_nano_usd AS held, granted_nano_usd AS granted, used_nano_usd AS used, sequence ${from}
     JOIN sluice.counter AS stands ON stands.org_id = "orgId" AND stands.counter_id = asked.counter
     JOIN sluice.lease USING (org_id, counter_id) WHERE node_id = $2 AND epoch = $3 ORDER BY at`,
    lease,
  )) as readonly StandingRow[];
  return rows.map(({ settled, held, granted, used, sequence }) => ({
    settledNanoUsd: settled,
    heldNanoUsd: held,
    grantedNanoUsd: granted,
    usedNanoUsd: used,
    sequence: Number(sequence),
  }));
};

const write = async (
  sql: TransactionSQL,
  { orders, after }: { readonly orders: readonly LeaseOrder[]; readonly after: readonly LeasedCounter[] },
  { node }: LeaseContext,
): Promise<void> => {
  const rows = orders.map(({ orgId, counter }, at) => ({ orgId, counter, ...after[at] }));
  await sql.unsafe(
    `WITH now AS (
       SELECT * FROM jsonb_to_recordset(($1::text)::jsonb)
         AS now("orgId" text, counter text, "heldNanoUsd" bigint, "grantedNanoUsd" bigint, sequence bigint)
     ), leased AS (
       UPDATE sluice.lease SET granted_nano_usd = "grantedNanoUsd", sequence = now.sequence FROM now
       WHERE lease.org_id = "orgId" AND lease.counter_id = now.counter AND node_id = $2 AND epoch = $3
     )
     UPDATE sluice.counter SET held_nano_usd = "heldNanoUsd" FROM now WHERE counter.org_id = "orgId" AND counter.counter_id = now.counter`,
    [listOf(rows), node.id, node.epoch],
  );
};

/** Leases of many nodes on counters that they share. Locks are taken in one order everywhere: the node, then counters by name, then leases. */
export const leaseOperations = {
  /** At the start of a node, when all its journal has been read: what its earlier lives had left is given back. */
  'leases.join': (context: LeaseContext, _: object): Promise<LeaseNews> =>
    context.atomically('*', async (sql) => {
      const { id, epoch } = context.node;
      await sql.unsafe(
        `INSERT INTO sluice.lease_node (node_id, epoch, heard_ms) VALUES ($1, $2, ${databaseNow})
         ON CONFLICT (node_id) DO UPDATE SET epoch = excluded.epoch, heard_ms = excluded.heard_ms, lost = 0`,
        [id, epoch],
      );
      await releaseLeases(sql, { nodeId: id, beforeEpoch: epoch });
      return newsOf(sql, context);
    }),

  /** Says that the node is alive; its leases are its own for a while from now on. Rejects when another process is this node now. */
  'leases.confirm': (context: LeaseContext, _: object): Promise<LeaseNews> =>
    context.atomically('*', async (sql) => {
      const { id, epoch } = context.node;
      const heard = (await sql.unsafe(
        `UPDATE sluice.lease_node SET heard_ms = ${databaseNow} WHERE node_id = $1 AND epoch = $2 RETURNING 1`,
        [id, epoch],
      )) as readonly unknown[];
      if (heard.length === 0) throw replaced();
      return newsOf(sql, context);
    }),

  /** Carries out a request of this node; answers how the counters stand, in the order of `orders`. */
  'leases.take': (
    context: LeaseContext,
    { request, nodes }: { readonly request: LeaseRequest; readonly nodes: number },
  ): Promise<readonly LeasedCounter[]> =>
    context.atomically('*', async (sql) => {
      await stillMine(sql, context);
      const before = await rowsFor(sql, request.orders, context);
      const after = grantLeases(request, before, nodes);
      if (after !== before) await write(sql, { orders: request.orders, after }, context);
      return after;
    }),

  /** How counters stand; those without a row are left out. */
  'leases.read': (
    context: LeaseContext,
    { counters }: { readonly counters: readonly { readonly orgId: string; readonly id: string }[] },
  ): Promise<readonly CounterStanding[]> =>
    context.atomically(
      '*',
      async (sql) =>
        (await sql.unsafe(
          `SELECT org_id AS "orgId", counter_id AS id, settled_nano_usd AS "settledNanoUsd", held_nano_usd AS "heldNanoUsd"
           FROM jsonb_to_recordset(($1::text)::jsonb) AS asked("orgId" text, id text)
           JOIN sluice.counter ON org_id = "orgId" AND counter_id = id`,
          [listOf(counters)],
        )) as readonly CounterStanding[],
    ),

  /** Lets go of leases of this node that have nothing left and never will. */
  'leases.drop': (
    context: LeaseContext,
    { counters }: { readonly counters: readonly { readonly orgId: string; readonly id: string }[] },
  ): Promise<void> =>
    context.atomically('*', async (sql) => {
      await sql.unsafe(
        `DELETE FROM sluice.lease USING jsonb_to_recordset(($1::text)::jsonb) AS asked("orgId" text, id text)
         WHERE org_id = "orgId" AND counter_id = id AND node_id = $2 AND epoch = $3 AND granted_nano_usd <= used_nano_usd`,
        [listOf(counters), context.node.id, context.node.epoch],
      );
    }),

  /** The end of a node, when all its journal has been read. */
  'leases.leave': (context: LeaseContext, _: object): Promise<void> =>
    context.atomically('*', async (sql) => {
      await stillMine(sql, context);
      await releaseLeases(sql, { nodeId: context.node.id });
      await sql.unsafe('DELETE FROM sluice.lease_node WHERE node_id = $1', [context.node.id]);
    }),

  /** Gives what nodes have that were silent for so long to others; answers which. Never of this node. */
  'leases.expire': (context: LeaseContext, { afterMs }: { readonly afterMs: number }): Promise<readonly string[]> =>
    context.atomically('*', async (sql) => {
      const silent = (await sql.unsafe(
        `UPDATE sluice.lease_node SET lost = lost + 1 WHERE node_id <> $1 AND heard_ms < ${databaseNow} - $2::bigint
           AND EXISTS (SELECT 1 FROM sluice.lease WHERE lease.node_id = lease_node.node_id AND granted_nano_usd > used_nano_usd)
         RETURNING node_id AS "nodeId"`,
        [context.node.id, afterMs],
      )) as readonly { readonly nodeId: string }[];
      for (const { nodeId } of silent) await expireLeases(sql, nodeId);
      return silent.map(({ nodeId }) => nodeId);
    }),

  /** An operator's word that a node never comes back: what its journal may still hold is lost to the limits. */
  'leases.forget': (context: LeaseContext, { nodeId }: { readonly nodeId: string }): Promise<boolean> =>
    context.atomically('*', async (sql) => {
      const gone = (await sql.unsafe('DELETE FROM sluice.lease_node WHERE node_id = $1 RETURNING 1', [
        nodeId,
      ])) as readonly unknown[];
      await releaseLeases(sql, { nodeId });
      return gone.length > 0;
    }),

  'leases.holders': (context: LeaseContext, _: object): Promise<readonly LeaseHolder[]> =>
    context.atomically('*', async (sql) => {
      const rows = (await sql.unsafe(
        `SELECT node_id AS id, epoch, ${databaseNow} - heard_ms AS silent,
           (SELECT coalesce(sum(greatest(granted_nano_usd - used_nano_usd, 0)), 0)::bigint FROM sluice.lease
              WHERE lease.node_id = lease_node.node_id) AS "left" FROM sluice.lease_node ORDER BY node_id`,
      )) as readonly { readonly id: string; readonly epoch: bigint; readonly silent: bigint; readonly left: bigint }[];
      return rows.map(({ id, epoch, silent, left }) => ({
        nodeId: id,
        epoch: Number(epoch),
        silentMs: Number(silent),
        leftNanoUsd: left,
      }));
    }),
};
