import type { Json } from '../../../core/json/json.ts';
import type { DecisionQuery, DecisionRecord, DecisionVote } from '../../../ports/routing/decision-store.ts';
import type { OperationTable, StoreContext } from '../store-context.ts';

const keptMs = 30 * 24 * 60 * 60 * 1000;

export interface OfOrganisation {
  readonly orgId: string;
}

const add = (
  { database }: StoreContext,
  { decisions }: { readonly decisions: readonly (DecisionRecord & OfOrganisation)[] },
): void => {
  const youngest = decisions.reduce((most, { createdMs }) => Math.max(most, createdMs), 0);
  const insert = database.query(
    'INSERT OR REPLACE INTO decision (org_id, id, created_ms, key_id, router_id, record) VALUES (?, ?, ?, ?, ?, ?)',
  );
  database.transaction(() => {
    for (const { orgId, id, createdMs, keyId, routerId, record } of decisions)
      insert.run(orgId, id, createdMs, keyId ?? null, routerId ?? null, JSON.stringify(record));
    database.query('DELETE FROM decision WHERE created_ms < ?').run(youngest - keptMs);
    database.query('DELETE FROM decision_vote WHERE created_ms < ?').run(youngest - keptMs);
  })();
};

interface Row {
  readonly id: string;
  readonly created_ms: bigint;
  readonly key_id: string | null;
  readonly router_id: string | null;
  readonly record: string;
}

const columns = 'id, created_ms, key_id, router_id, record';

const decisionOf = ({ id, created_ms, key_id, router_id, record }: Row): DecisionRecord => ({
  id,
  createdMs: Number(created_ms),
  ...(key_id === null ? {} : { keyId: key_id }),
  ...(router_id === null ? {} : { routerId: router_id }),
  record: JSON.parse(record) as Json,
});

const find = (
  { database }: StoreContext,
  { orgId, id }: OfOrganisation & { readonly id: string },
): DecisionRecord | undefined => {
  const row = database.query(`SELECT ${columns} FROM decision WHERE org_id = ? AND id = ?`).get(orgId, id);
  return row === null ? undefined : decisionOf(row as Row);
};

const list = (
  context: StoreContext,
  { orgId, limit, before, routerId }: OfOrganisation & DecisionQuery,
): readonly DecisionRecord[] => {
  const from = before === undefined ? undefined : find(context, { orgId, id: before });
  const rows = context.database
    .query(
      `SELECT ${columns} FROM decision
       WHERE org_id = ?1 AND (created_ms, id) < (?2, ?3) AND (?4 IS NULL OR router_id = ?4)
       ORDER BY created_ms DESC, id DESC LIMIT ?5`,
    )
    .all(orgId, from?.createdMs ?? Number.MAX_SAFE_INTEGER, from?.id ?? '', routerId ?? null, limit);
  return (rows as readonly Row[]).map(decisionOf);
};

const vote = ({ database }: StoreContext, given: OfOrganisation & DecisionVote): void => {
  const { orgId, decisionId, model, kind, value, createdMs } = given;
  database
    .query(
      `INSERT OR REPLACE INTO decision_vote (org_id, decision_id, model, kind, value, created_ms) VALUES (?, ?, ?, ?, ?, ?)`,
    )
    .run(orgId, decisionId, model, kind, value, createdMs);
};

interface VoteRow {
  readonly model: string;
  readonly kind: DecisionVote['kind'];
  readonly value: number;
  readonly created_ms: bigint;
}

const votes = (
  { database }: StoreContext,
  { orgId, decisionId }: OfOrganisation & { readonly decisionId: string },
): readonly DecisionVote[] => {
  const rows = database
    .query(
      'SELECT model, kind, value, created_ms FROM decision_vote WHERE org_id = ? AND decision_id = ? ORDER BY model, kind',
    )
    .all(orgId, decisionId) as readonly VoteRow[];
  return rows.map(({ model, kind, value, created_ms }) => ({
    decisionId,
    model,
    kind,
    value: Number(value),
    createdMs: Number(created_ms),
  }));
};

export const decisionOperations = {
  'decisions.add': add,
  'decisions.find': find,
  'decisions.list': list,
  'decisions.vote': vote,
  'decisions.votes': votes,
} satisfies OperationTable;
