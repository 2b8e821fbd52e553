import type { Database } from 'bun:sqlite';
import { Database as Sqlite } from 'bun:sqlite';
import { join } from 'node:path';
import { readJournal } from '../../../core/ledger/read-journal.ts';
import { segmentBytes, segmentsIn } from '../../journal/journal-segments.ts';
import { passedBudgets } from './check-budgets.ts';
import { wrongCharges } from './check-charges.ts';
import { differences, views } from './truth.ts';

export interface LedgerCheck {
  readonly attempts: number;
  readonly entries: number;
  readonly facts: number;
  /** Attempts without an end: calls under way, or those a process that died left to the next start. */
  readonly open: number;
  /** All that was ever charged, corrections included; nano-dollars. */
  readonly chargedNanoUsd: bigint;
  /** What must be nothing, each with how often it is found. */
  readonly findings: Readonly<Record<string, number>>;
  readonly pass: boolean;
}

const openStates = "('held', 'sent', 'streaming')";

/** Each counts what breaks a rule. */
const rules: Readonly<Record<string, string>> = {
  'an attempt ended and has no entry, or has one that says something else': `SELECT count(*) AS count FROM attempt LEFT JOIN entry
    ON entry_id = attempt.attempt_id || ':final' WHERE state NOT IN ${openStates}
    AND (entry_id IS NULL OR kind <> state OR nano_usd IS NOT final_nano_usd)`,
  'an attempt has more than one end': `SELECT count(*) AS count FROM (SELECT attempt_id FROM entry WHERE kind <> 'adjusted' GROUP BY attempt_id HAVING count(*) > 1)`,
  'an open attempt has an end': `SELECT count(*) AS count FROM attempt JOIN entry USING (attempt_id) WHERE state IN ${openStates}`,
  'an entry belongs to no attempt': `SELECT count(*) AS count FROM entry LEFT JOIN attempt USING (attempt_id) WHERE attempt.attempt_id IS NULL`,
  'a void attempt was charged': `SELECT count(*) AS count FROM entry WHERE kind = 'void' AND nano_usd <> 0`,
  'a counter is below nothing': 'SELECT count(*) AS count FROM counter WHERE held_nano_usd < 0',
  'an amount is charged that is below nothing': `SELECT count(*) AS count FROM entry WHERE kind <> 'adjusted' AND nano_usd < 0`,
  'a fact says another amount than its attempts': `SELECT count(*) AS count FROM exchange WHERE EXISTS (SELECT 1 FROM attempt
      WHERE attempt.org_id = exchange.org_id AND attempt.exchange_id = exchange.exchange_id)
    AND nano_usd <> (SELECT coalesce(sum(final_nano_usd), 0) FROM attempt
      WHERE attempt.org_id = exchange.org_id AND attempt.exchange_id = exchange.exchange_id)`,
};

/** Proves the ledger of a data directory from its tables and its journal, without changing either. Works while a server runs there. */
export const checkLedger = (directory: string): LedgerCheck => {
  const database = new Sqlite(join(directory, 'sluice.db'), { readonly: true, safeIntegers: true });
  try {
    database.run('PRAGMA busy_timeout = 5000');
    // One moment for all questions.
    return database.transaction(() => check(database, directory))();
  } finally {
    database.close();
  }
};

const check = (database: Database, directory: string): LedgerCheck => {
  const one = (sql: string): bigint => (database.query(sql).get() as { readonly count: bigint | null }).count ?? 0n;
  const findings: Record<string, number> = {};
  for (const [rule, sql] of Object.entries(rules)) findings[rule] = Number(one(sql));
  for (const view of views) findings[`a row of ${view.table} is not what it sums up`] = Number(one(differences(view)));
  findings['a charge is not what its counts and its price come to'] = has(database, 'price_version')
    ? wrongCharges(database)
    : 0;
  findings['a budget holds more than its limit and what answers may go beyond their holds'] = has(
    database,
    'start_check',
  )
    ? passedBudgets(database)
    : 0;
  findings['a record of the journal cannot be read'] = damagedSegments(database, directory);
  return {
    attempts: Number(one('SELECT count(*) AS count FROM attempt')),
    entries: Number(one('SELECT count(*) AS count FROM entry')),
    facts: Number(one('SELECT count(*) AS count FROM exchange')),
    open: Number(one(`SELECT count(*) AS count FROM attempt WHERE state IN ${openStates}`)),
    chargedNanoUsd: one('SELECT sum(nano_usd) AS count FROM entry'),
    findings,
    pass: Object.values(findings).every((count) => count === 0),
  };
};

/** A database that no new server has opened yet lacks what came later. */
const has = (database: Database, table: string): boolean =>
  database.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table) !== null;

/** A torn end is none: a server may be writing it. */
const damagedSegments = (database: Database, directory: string): number => {
  const folder = join(directory, 'journal');
  const done = database.query('SELECT 1 FROM fold WHERE segment = ? AND done = 1');
  const left = segmentsIn(folder).filter((name) => done.get(name) === null);
  const read = readJournal(left.map((name) => ({ name, bytes: segmentBytes(folder, name, { fromByte: 0 }) })));
  return read.filter(({ end }) => end.kind === 'damaged').length;
};
