import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Books } from '../../core/ledger/books.ts';
import { type Budget, type BudgetNow, budgetNow } from '../../core/ledger/budget.ts';
import { type CreditsNow, creditsNow, type Grant } from '../../core/ledger/credits.ts';
import {
  type FinalRecord,
  type HeldRecord,
  type LedgerRecord,
  writeJournalRecord,
  writeSentHold,
} from '../../core/ledger/journal-record.ts';
import { mostChargeNanoUsd } from '../../core/ledger/most-charge.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BudgetPassed, Charge, Hold, HoldAsk, Ledger } from '../../ports/ledger.ts';
import { budgetExceeded } from './budget-exceeded.ts';
import type { JournalWriter } from './journal-writer.ts';

export interface LocalLedgerParts {
  readonly journal: JournalWriter;
  readonly books: Books;
  readonly clock: Clock;
  /** Waits for the disk before anything is sent. */
  readonly syncFirst: boolean;
  /** Bytes that were written and not folded yet. */
  backlogBytes(): number;
  /** A soft budget was passed, or a hard one is spent. */
  passed(passed: BudgetPassed): void;
}

/** Beyond it the store is so far behind that money would be promised on the memory of one process alone. */
const mostBacklogBytes = 512 * 1024 * 1024;

/** The ledger of a process that has its database to itself: decides in memory, writes before it promises. */
export class LocalLedger implements Ledger {
  readonly #parts: LocalLedgerParts;

  constructor(parts: LocalLedgerParts) {
    this.#parts = parts;
  }

  reserve(ask: HoldAsk): Hold {
    const { clock, books } = this.#parts;
    if (this.#parts.backlogBytes() > mostBacklogBytes) throw ledgerFull();
    if (this.#parts.journal.failure !== undefined && !this.#parts.journal.tryFlush()) throw cannotWrite();
    const atMs = clock.wallMs();
    const budgets = ask.budgets.map((budget) => this.#now(budget, atMs));
    const nanoUsd = capped(ask.nanoUsd);
    this.#refuseBeyond(budgets, nanoUsd);
    const record: HeldRecord = {
      kind: 'held',
      attemptId: ask.attemptId,
      exchangeId: ask.exchangeId,
      orgId: ask.orgId,
      atMs,
      target: ask.target,
      priceVersion: ask.priceVersion,
      scopes: ask.scopes,
      nanoUsd,
      inputNanoUsd: ask.inputNanoUsd,
      counters: budgets.map(({ counter }) => counter),
    };
    books.apply(record);
    return new LocalHold(record, budgets, this.#parts);
  }

  standing(budget: Budget): ReturnType<Ledger['standing']> {
    const now = this.#now(budget, this.#parts.clock.wallMs());
    const { settled, held } = this.#parts.books.counter(now.counter);
    const resetMs = now.window.endMs;
    return { settledNanoUsd: settled, heldNanoUsd: held, ...(resetMs === undefined ? {} : { resetMs }) };
  }

  credits({ id, grants = [] }: Budget): CreditsNow {
    return this.#creditsAt({ id, grants }, this.#parts.clock.wallMs());
  }

  #creditsAt(credits: { readonly id: string; readonly grants: readonly Grant[] }, atMs: number): CreditsNow {
    const { books } = this.#parts;
    return creditsNow(credits, atMs, (name) => {
      const { settled, held } = books.counter(name);
      return settled + held;
    });
  }

  #now(budget: Budget, atMs: number): BudgetNow {
    const { id, grants } = budget;
    if (grants === undefined) return budgetNow(budget, atMs);
    const { counter, limitNanoUsd } = this.#creditsAt({ id, grants }, atMs);
    return { budget, window: { id: counter.slice(id.length + 1), endMs: undefined }, counter, limitNanoUsd };
  }

  durable(): Promise<void> | undefined {
    if (!this.#parts.syncFirst) return undefined;
    return this.#parts.journal.sync().catch(() => {
      throw cannotWrite();
    });
  }

  /** All budgets or none: nothing was taken when one refuses. */
  #refuseBeyond(budgets: readonly BudgetNow[], nanoUsd: bigint): void {
    for (const now of budgets) {
      const { settled, held } = this.#parts.books.counter(now.counter);
      if (settled + held + nanoUsd <= now.limitNanoUsd) continue;
      this.#parts.passed(passedBy(now, settled));
      if (!now.budget.soft) throw budgetExceeded(now, { settled, held, asked: nanoUsd });
    }
  }
}

class LocalHold implements Hold {
  readonly attemptId: string;
  readonly inputNanoUsd: bigint;
  readonly #held: HeldRecord;
  readonly #budgets: readonly BudgetNow[];
  readonly #parts: LocalLedgerParts;
  #written = false;
  #heldNanoUsd: bigint;

  constructor(held: HeldRecord, budgets: readonly BudgetNow[], parts: LocalLedgerParts) {
    this.attemptId = held.attemptId;
    this.inputNanoUsd = held.inputNanoUsd;
    this.#held = held;
    this.#heldNanoUsd = held.nanoUsd;
    this.#budgets = budgets;
    this.#parts = parts;
  }

  get heldNanoUsd(): bigint {
    return this.#heldNanoUsd;
  }

  sent(): void {
    const { journal, books, clock } = this.#parts;
    // Void already: its client has gone.
    if (books.open(this.attemptId) === undefined) return;
    books.apply({ kind: 'sent', attemptId: this.attemptId, atMs: clock.wallMs() });
    journal.add(writeSentHold(this.#held));
    this.#written = true;
    if (journal.tryFlush()) return;
    // The record waits in memory and may still reach the disk: its end must follow it.
    this.void('not-written');
    throw cannotWrite();
  }

  metered(nanoUsd: bigint, sliceNanoUsd: bigint): boolean {
    if (nanoUsd + sliceNanoUsd / 2n <= this.#heldNanoUsd) return true;
    const wanted = nanoUsd + sliceNanoUsd;
    const more = wanted - this.#heldNanoUsd;
    const { books, clock } = this.#parts;
    for (const { budget, counter, limitNanoUsd } of this.#budgets) {
      const { settled, held } = books.counter(counter);
      // What is held still covers what passed: only then the answer must end.
      if (!budget.soft && settled + held + more > limitNanoUsd) return nanoUsd < this.#heldNanoUsd;
    }
    this.#heldNanoUsd = wanted;
    this.#apply({
      kind: 'progress',
      attemptId: this.attemptId,
      atMs: clock.wallMs(),
      meteredNanoUsd: nanoUsd,
      heldNanoUsd: wanted,
    });
    return true;
  }

  settle(charge: Charge): void {
    this.#end('settled', charge);
  }

  estimate(charge: Charge): void {
    this.#end('estimated', charge);
  }

  void(reason: string): void {
    this.#end('void', { nanoUsd: 0n, source: 'none', reason });
  }

  #end(kind: FinalRecord['kind'], charge: Charge): void {
    if (this.#parts.books.open(this.attemptId) === undefined) return;
    const atMs = this.#parts.clock.wallMs();
    const record: FinalRecord = { kind, attemptId: this.attemptId, atMs, ...charge, nanoUsd: capped(charge.nanoUsd) };
    // A hold that was never written needs no end in writing either: nobody was promised anything.
    if (this.#written) this.#apply(record);
    else this.#parts.books.apply(record);
  }

  #apply(record: LedgerRecord): void {
    this.#parts.books.apply(record);
    this.#parts.journal.add(writeJournalRecord(record));
  }
}

const passedBy = ({ budget, counter, limitNanoUsd, window }: BudgetNow, spentNanoUsd: bigint): BudgetPassed => ({
  budget,
  counter,
  limitNanoUsd,
  spentNanoUsd,
  ...(window.endMs === undefined ? {} : { resetMs: window.endMs }),
});

const capped = (nanoUsd: bigint): bigint => (nanoUsd > mostChargeNanoUsd ? mostChargeNanoUsd : nanoUsd);

const cannotWrite = (): GatewayError =>
  new GatewayError(
    'ledger_full',
    'What calls cost cannot be written down at present, so none is sent. The operator should look at the disk of the data directory.',
    { retryAfterMs: 5000 },
  );

const ledgerFull = (): GatewayError =>
  new GatewayError(
    'ledger_full',
    'Writing down what calls cost has fallen behind. Send the request again in a moment.',
    {
      retryAfterMs: 1000,
    },
  );
