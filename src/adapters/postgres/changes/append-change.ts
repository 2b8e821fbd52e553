import type { TransactionSQL } from 'bun';
import type { NodeContext } from '../objects/node-context.ts';

/** What PostgreSQL tells nodes on; the payload is the number of the change. */
export const changeChannel = 'sluice_change';

/** Any number nobody else locks: that of whoever writes something that other nodes keep in memory. */
const writersLock = 7_012_002;

/** A change that other nodes must hear of. `subject`: what of the topic, as text. */
export interface Change {
  readonly orgId: string;
  readonly topic: string;
  readonly subject: string;
}

/** Writes a change down in the transaction that makes it, and gives its number. Nodes are told when the transaction is committed. */
export type AppendChange = (change: Change) => Promise<number>;

export interface Write {
  readonly sql: TransactionSQL;
  readonly append: AppendChange;
}

/**
 * A transaction of somebody who writes what nodes keep in memory. There is one at a time in the whole installation, so that changes have numbers in the order of
 * their commits, and so that whoever looks before writing sees what is true until the commit.
 */
export const asWriter = <Result>(
  context: NodeContext,
  orgId: string,
  work: (write: Write) => Promise<Result>,
): Promise<Result> =>
  context.atomically(orgId, async (sql) => {
    await sql.unsafe('SELECT pg_advisory_xact_lock($1::bigint)', [writersLock]);
    return work({ sql, append: (change) => append(context, sql, change) });
  });

const append = async (context: NodeContext, sql: TransactionSQL, change: Change): Promise<number> => {
  const { orgId, topic, subject } = change;
  const rows = (await sql.unsafe(
    'INSERT INTO sluice.change (org_id, topic, subject, at_ms) VALUES ($1, $2, $3, $4) RETURNING number',
    [orgId, topic, subject, context.nowMs()],
  )) as readonly { readonly number: bigint }[];
  const number = Number(rows[0]?.number);
  await sql.unsafe('SELECT pg_notify($1, $2)', [changeChannel, String(number)]);
  return number;
};
