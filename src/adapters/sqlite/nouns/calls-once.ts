import type { OnceBegin, OnceEnd, OnceFound } from '../../../ports/access/once-store.ts';
import type { OperationTable, StoreContext } from '../store-context.ts';

const dayMs = 24 * 60 * 60 * 1000;

interface Row {
  readonly digest: string;
  readonly state: 'begun' | 'kept' | 'status' | 'lost';
  readonly request_id: string;
  readonly status: bigint | null;
  readonly answer: Uint8Array | null;
}

const begin = ({ database }: StoreContext, asked: OnceBegin): OnceFound => {
  database.query('DELETE FROM call_once WHERE created_ms <= ?').run(asked.nowMs - dayMs);
  const { changes } = database
    .query(
      `INSERT OR IGNORE INTO call_once (call_id, org_id, digest, state, request_id, created_ms) VALUES (?, ?, ?, 'begun', ?, ?)`,
    )
    .run(asked.callId, asked.orgId, asked.digest, asked.requestId, asked.nowMs);
  if (Number(changes) === 1) return { kind: 'first' };
  const row = database
    .query('SELECT digest, state, request_id, status, answer FROM call_once WHERE call_id = ?')
    .get(asked.callId) as Row;
  return {
    kind: row.state,
    digest: row.digest,
    requestId: row.request_id,
    status: row.status === null ? undefined : Number(row.status),
    answer: row.answer ?? undefined,
  };
};

const keep = ({ database }: StoreContext, { callId, requestId, status, answer }: OnceEnd): void => {
  database
    .query(
      `UPDATE call_once SET state = ?, status = ?, answer = ? WHERE call_id = ? AND request_id = ? AND state = 'begun'`,
    )
    .run(answer === undefined ? 'status' : 'kept', status, answer ?? null, callId, requestId);
};

const release = ({ database }: StoreContext, { callId, requestId }: Pick<OnceEnd, 'callId' | 'requestId'>): void => {
  database
    .query(`DELETE FROM call_once WHERE call_id = ? AND request_id = ? AND state = 'begun'`)
    .run(callId, requestId);
};

export const onceOperations = {
  'once.begin': begin,
  'once.keep': keep,
  'once.release': release,
  /** At the start: nobody knows what became of calls that a dead process had under way. */
  'once.lose': ({ database }: StoreContext, _: object) => {
    database.run(`UPDATE call_once SET state = 'lost' WHERE state = 'begun'`);
  },
} satisfies OperationTable;
