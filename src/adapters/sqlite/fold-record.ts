import type { Database, Statement } from 'bun:sqlite';
import { AmountSums } from '../../core/ledger/fold/amount-sums.ts';
import { chargedBy, type FreshAttempt, FreshAttempts } from '../../core/ledger/fold/fresh-attempts.ts';
import type { AdjustedRecord, FinalRecord, LedgerRecord, ProgressRecord } from '../../core/ledger/journal-record.ts';

interface AttemptRow {
  readonly org_id: string;
  readonly counters: string;
  readonly scopes: string;
  readonly held_nano_usd: bigint;
}

/**
 * Writes ledger records into the tables, with the rules of `Books`: a record that was applied before changes nothing. Most attempts begin and end within
 * one batch and are written once, and a counter is written once a batch. Call `begin`, `fold` for each record, `write` now and then, and at last `flush`, inside one transaction.
 */
export class RecordFolder {
  readonly #statements: Statements;
  readonly #fresh = new FreshAttempts();
  readonly #counters = new AmountSums();
  readonly #spend = new AmountSums();

  constructor(database: Database) {
    this.#statements = new Statements(database);
  }

  fold(record: LedgerRecord): void {
    if (record.kind === 'adjusted') this.#adjust(record);
    else if (!this.#fresh.take(record)) this.#foldStored(record);
  }

  #foldStored(record: Exclude<LedgerRecord, { readonly kind: 'adjusted' }>): void {
    switch (record.kind) {
      case 'held':
        break;
      case 'sent':
        this.#statements.send.run(record.attemptId);
        break;
      case 'progress':
        this.#move(record);
        break;
      case 'settled':
      case 'estimated':
      case 'void':
        this.#endStored(record);
        break;
    }
  }

  /** Forgets what an earlier batch left when it could not be written. */
  begin(): void {
    this.#fresh.removeAll();
    this.#counters.clear();
    this.#spend.clear();
  }

  /** Writes what has ended so far. */
  write(): void {
    for (const fresh of this.#fresh.removeEnded()) this.#write(fresh);
  }

  /** Writes what the batch came to. */
  flush(): void {
    for (const fresh of this.#fresh.removeAll()) this.#write(fresh);
    for (const { orgId, id, settled, held } of this.#counters.removeAll())
      this.#statements.count.run(orgId, id, settled, held);
    for (const { orgId, id, settled } of this.#spend.removeAll()) this.#statements.spend.run(orgId, id, settled);
  }

  #move({ attemptId, meteredNanoUsd, heldNanoUsd }: ProgressRecord): void {
    const row = this.#statements.openAttempt.get(attemptId);
    if (row === null) return;
    this.#statements.progress.run(meteredNanoUsd, heldNanoUsd, attemptId);
    const held = heldNanoUsd - row.held_nano_usd;
    this.#counters.add(row.org_id, textsOf(row.counters), { settled: 0n, held });
  }

  #endStored(final: FinalRecord): void {
    const row = this.#statements.openAttempt.get(final.attemptId);
    if (row === null) return;
    const { kind, attemptId, source, reason, atMs } = final;
    const charged = chargedBy(final);
    const { goodwillNanoUsd = 0n } = final;
    this.#statements.finish.run(kind, charged, source, reason ?? null, atMs, goodwillNanoUsd, attemptId);
    this.#book(final, row.org_id);
    this.#counters.add(row.org_id, textsOf(row.counters), { settled: charged, held: -row.held_nano_usd });
    this.#charge(row.org_id, textsOf(row.scopes), charged);
  }

  #write(fresh: FreshAttempt): void {
    const { held, final } = fresh;
    const charged = final === undefined ? 0n : chargedBy(final);
    const { changes } = this.#statements.insertAttempt.run(
      held.orgId,
      held.attemptId,
      held.exchangeId,
      held.target,
      held.priceVersion,
      JSON.stringify(held.scopes),
      JSON.stringify(held.counters),
      final?.kind ?? fresh.state,
      fresh.heldNanoUsd,
      held.inputNanoUsd,
      fresh.meteredNanoUsd,
      final === undefined ? null : charged,
      final?.source ?? null,
      final?.reason ?? null,
      held.atMs,
      final?.atMs ?? null,
      final?.goodwillNanoUsd ?? 0n,
    );
    // The attempt is there from an earlier reading: what came after it may still be new.
    if (changes === 0) {
      if (final !== undefined) this.#endStored(final);
      return;
    }
    this.#counters.add(held.orgId, held.counters, {
      settled: charged,
      held: final === undefined ? fresh.heldNanoUsd : 0n,
    });
    if (final === undefined) return;
    this.#book(final, held.orgId);
    this.#charge(held.orgId, held.scopes, charged);
  }

  #book(final: FinalRecord, orgId: string): void {
    const { attemptId, kind, reason, atMs } = final;
    const entry = `${attemptId}:final`;
    this.#statements.insertEntry.run(entry, orgId, attemptId, kind, chargedBy(final), reason ?? null, null, atMs);
  }

  #adjust({ adjustmentId, attemptId, nanoUsd, reason, actor, atMs }: AdjustedRecord): void {
    // What is adjusted may have ended in this very batch.
    const fresh = this.#fresh.remove(attemptId);
    if (fresh !== undefined) this.#write(fresh);
    const row = this.#statements.endedAttempt.get(attemptId);
    if (row === null) return;
    const entry = [adjustmentId, row.org_id, attemptId, 'adjusted', nanoUsd, reason, actor, atMs] as const;
    if (this.#statements.insertEntry.run(...entry).changes === 0) return;
    this.#counters.add(row.org_id, textsOf(row.counters), { settled: nanoUsd, held: 0n });
    this.#charge(row.org_id, textsOf(row.scopes), nanoUsd);
  }

  #charge(orgId: string, scopes: readonly string[], nanoUsd: bigint): void {
    this.#spend.add(orgId, scopes, { settled: nanoUsd, held: 0n });
  }
}

class Statements {
  readonly insertAttempt: Statement;
  readonly openAttempt: Statement<AttemptRow, [string]>;
  readonly endedAttempt: Statement<AttemptRow, [string]>;
  readonly send: Statement;
  readonly progress: Statement;
  readonly finish: Statement;
  readonly insertEntry: Statement;
  readonly count: Statement;
  readonly spend: Statement;

  constructor(database: Database) {
    this.insertAttempt = database.prepare(
      `INSERT OR IGNORE INTO attempt (org_id, attempt_id, exchange_id, target, price_version, scopes, counters, state, held_nano_usd,
         input_nano_usd, metered_nano_usd, final_nano_usd, source, reason, at_ms, end_ms, goodwill_nano_usd)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const columns = 'SELECT org_id, counters, scopes, held_nano_usd FROM attempt WHERE attempt_id = ?';
    this.openAttempt = database.prepare(`${columns} AND state IN ('held', 'sent', 'streaming')`);
    this.endedAttempt = database.prepare(`${columns} AND state IN ('settled', 'estimated')`);
    this.send = database.prepare(
      `UPDATE attempt SET state = 'sent', metered_nano_usd = input_nano_usd WHERE attempt_id = ? AND state = 'held'`,
    );
    this.progress = database.prepare(
      `UPDATE attempt SET state = 'streaming', metered_nano_usd = ?, held_nano_usd = ? WHERE attempt_id = ?`,
    );
    this.finish = database.prepare(
      'UPDATE attempt SET state = ?, final_nano_usd = ?, source = ?, reason = ?, end_ms = ?, goodwill_nano_usd = ? WHERE attempt_id = ?',
    );
    this.insertEntry = database.prepare(
      `INSERT OR IGNORE INTO entry (entry_id, org_id, attempt_id, kind, nano_usd, reason, actor, at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.count = database.prepare(
      `INSERT INTO counter (org_id, counter_id, settled_nano_usd, held_nano_usd) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET settled_nano_usd = settled_nano_usd + excluded.settled_nano_usd,
           held_nano_usd = held_nano_usd + excluded.held_nano_usd`,
    );
    this.spend = database.prepare(
      `INSERT INTO spend (org_id, scope, nano_usd) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET nano_usd = nano_usd + excluded.nano_usd`,
    );
  }
}

const textsOf = (json: string): readonly string[] => JSON.parse(json) as readonly string[];
