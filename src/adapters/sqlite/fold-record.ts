import type { Database, Statement } from 'bun:sqlite';
import type {
  AdjustedRecord,
  FinalRecord,
  HeldRecord,
  LedgerRecord,
  ProgressRecord,
  SentRecord,
} from '../../core/ledger/journal-record.ts';

interface AttemptRow {
  readonly org_id: string;
  readonly counters: string;
  readonly scopes: string;
  readonly held_nano_usd: bigint;
}

/** Writes ledger records into the tables, with the rules of `Books`: a record that was applied before changes nothing. Call it inside a transaction. */
export class RecordFolder {
  readonly #insertAttempt: Statement;
  readonly #openAttempt: Statement<AttemptRow, [string]>;
  readonly #anyAttempt: Statement<AttemptRow, [string]>;
  readonly #send: Statement;
  readonly #progress: Statement;
  readonly #finish: Statement;
  readonly #insertEntry: Statement;
  readonly #count: Statement;
  readonly #spend: Statement;

  constructor(database: Database) {
    this.#insertAttempt = database.prepare(
      `INSERT OR IGNORE INTO attempt (org_id, attempt_id, exchange_id, target, price_version, scopes, counters, state,
         held_nano_usd, input_nano_usd, metered_nano_usd, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, 'held', ?, ?, 0, ?)`,
    );
    const columns = 'SELECT org_id, counters, scopes, held_nano_usd FROM attempt WHERE attempt_id = ?';
    this.#openAttempt = database.prepare(`${columns} AND state IN ('held', 'sent', 'streaming')`);
    this.#anyAttempt = database.prepare(`${columns} AND state IN ('settled', 'estimated')`);
    this.#send = database.prepare(
      `UPDATE attempt SET state = 'sent', metered_nano_usd = input_nano_usd WHERE attempt_id = ? AND state = 'held'`,
    );
    this.#progress = database.prepare(
      `UPDATE attempt SET state = 'streaming', metered_nano_usd = ?, held_nano_usd = ? WHERE attempt_id = ?`,
    );
    this.#finish = database.prepare(
      'UPDATE attempt SET state = ?, final_nano_usd = ?, source = ?, reason = ?, end_ms = ? WHERE attempt_id = ?',
    );
    this.#insertEntry = database.prepare(
      `INSERT OR IGNORE INTO entry (entry_id, org_id, attempt_id, kind, nano_usd, reason, actor, at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#count = database.prepare(
      `INSERT INTO counter (org_id, counter_id, settled_nano_usd, held_nano_usd) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET settled_nano_usd = settled_nano_usd + excluded.settled_nano_usd,
           held_nano_usd = held_nano_usd + excluded.held_nano_usd`,
    );
    this.#spend = database.prepare(
      `INSERT INTO spend (org_id, scope, nano_usd) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET nano_usd = nano_usd + excluded.nano_usd`,
    );
  }

  fold(record: LedgerRecord): void {
    switch (record.kind) {
      case 'held':
        this.#hold(record);
        break;
      case 'sent':
        this.#sent(record);
        break;
      case 'progress':
        this.#move(record);
        break;
      case 'settled':
      case 'estimated':
      case 'void':
        this.#end(record);
        break;
      case 'adjusted':
        this.#adjust(record);
        break;
    }
  }

  #hold(record: HeldRecord): void {
    const { changes } = this.#insertAttempt.run(
      record.orgId,
      record.attemptId,
      record.exchangeId,
      record.target,
      record.priceVersion,
      JSON.stringify(record.scopes),
      JSON.stringify(record.counters),
      record.nanoUsd,
      record.inputNanoUsd,
      record.atMs,
    );
    if (changes === 0) return;
    for (const counter of record.counters) this.#count.run(record.orgId, counter, 0n, record.nanoUsd);
  }

  #sent({ attemptId }: SentRecord): void {
    this.#send.run(attemptId);
  }

  #move({ attemptId, meteredNanoUsd, heldNanoUsd }: ProgressRecord): void {
    const row = this.#openAttempt.get(attemptId);
    if (row === null) return;
    this.#progress.run(meteredNanoUsd, heldNanoUsd, attemptId);
    const more = heldNanoUsd - row.held_nano_usd;
    if (more !== 0n) for (const counter of textsOf(row.counters)) this.#count.run(row.org_id, counter, 0n, more);
  }

  #end({ kind, attemptId, nanoUsd, source, reason: why, atMs }: FinalRecord): void {
    const reason = why ?? null;
    const row = this.#openAttempt.get(attemptId);
    if (row === null) return;
    const charged = kind === 'void' ? 0n : nanoUsd;
    this.#finish.run(kind, charged, source, reason, atMs, attemptId);
    this.#insertEntry.run(`${attemptId}:final`, row.org_id, attemptId, kind, charged, reason, null, atMs);
    for (const counter of textsOf(row.counters)) this.#count.run(row.org_id, counter, charged, -row.held_nano_usd);
    if (charged !== 0n) for (const scope of textsOf(row.scopes)) this.#spend.run(row.org_id, scope, charged);
  }

  #adjust({ adjustmentId, attemptId, nanoUsd, reason, actor, atMs }: AdjustedRecord): void {
    const row = this.#anyAttempt.get(attemptId);
    if (row === null) return;
    const { changes } = this.#insertEntry.run(
      adjustmentId,
      row.org_id,
      attemptId,
      'adjusted',
      nanoUsd,
      reason,
      actor,
      atMs,
    );
    if (changes === 0) return;
    for (const counter of textsOf(row.counters)) this.#count.run(row.org_id, counter, nanoUsd, 0n);
    for (const scope of textsOf(row.scopes)) this.#spend.run(row.org_id, scope, nanoUsd);
  }
}

const textsOf = (json: string): readonly string[] => JSON.parse(json) as readonly string[];
