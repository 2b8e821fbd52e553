import type { Database } from 'bun:sqlite';
import type { ScopeDocument } from '../../../core/access/documents.ts';
import { scopeBudgets } from '../../../core/access/scope-budgets.ts';
import type { Budget } from '../../../core/ledger/budget.ts';
import { windowAt } from '../../../core/ledger/budget-window.ts';

interface ObjectRow {
  readonly org_id: string;
  readonly kind: string;
  readonly id: string;
  readonly data: string;
  readonly created_ms: bigint;
  readonly updated_ms: bigint;
}

interface CounterRow {
  readonly counter_id: string;
  readonly total: bigint;
}

/**
 * Counts budgets in which more stands than their limit and what running answers may go beyond their holds: the end of an answer may cost more than was set
 * aside for it, and nothing else passes a budget. Windows in which the object was changed say nothing, since its limit may have been another one.
 */
export const passedBudgets = (database: Database): number => {
  if (database.query(`SELECT 1 FROM start_check WHERE name = 'soft-holds'`).get() !== null) return 0;
  const rows = database
    .query(
      `SELECT org_id, kind, id, data, created_ms, updated_ms FROM object WHERE deleted_ms IS NULL
         AND kind IN ('organisation', 'team', 'project', 'user', 'customer', 'tag', 'key') AND data LIKE '%"budgets"%'`,
    )
    .iterate() as IterableIterator<ObjectRow>;
  let passed = 0;
  for (const row of rows) {
    const { budgets } = JSON.parse(row.data) as ScopeDocument;
    for (const budget of scopeBudgets(budgets, { home: row.org_id, scope: `${row.kind}:${row.id}` }))
      if (!budget.soft) passed += passedWindows(database, row, budget);
  }
  return passed;
};

const passedWindows = (database: Database, row: ObjectRow, budget: Budget): number => {
  const prefix = `${budget.id}@`;
  const counters = database
    .query(
      `SELECT counter_id, settled_nano_usd + held_nano_usd AS total FROM counter
         WHERE org_id = ?1 AND counter_id >= ?2 AND counter_id < ?2 || char(1114111) AND settled_nano_usd + held_nano_usd > ?3`,
    )
    .all(row.org_id, prefix, budget.limitNanoUsd) as readonly CounterRow[];
  const changed = changedIn(row, budget);
  return counters.filter(
    ({ counter_id: id, total }) =>
      id.slice(prefix.length) > changed && total - budget.limitNanoUsd > slackOf(database, row.org_id, id),
  ).length;
};

/** The last window in which the limit may have been another one; before all of them when the object is as it was made. */
const changedIn = ({ created_ms: createdMs, updated_ms: updatedMs }: ObjectRow, budget: Budget): string => {
  const untilMs = budget.raise === undefined ? 0 : budget.raise.untilMs;
  if (createdMs === updatedMs && untilMs === 0) return '';
  return windowAt(budget.window, Math.max(Number(updatedMs), untilMs), budget.timeZone).id;
};

/** How far ends went beyond their holds, and corrections beyond ends. */
const slackOf = (database: Database, orgId: string, counter: string): bigint => {
  const row = database
    .query(
      `SELECT sum(max(0, coalesce((SELECT sum(nano_usd) FROM entry WHERE entry.attempt_id = attempt.attempt_id), 0) - held_nano_usd)) AS slack
         FROM attempt WHERE org_id = ? AND EXISTS (SELECT 1 FROM json_each(counters) WHERE value = ?)`,
    )
    .get(orgId, counter) as { readonly slack: bigint | null };
  return row.slack ?? 0n;
};
