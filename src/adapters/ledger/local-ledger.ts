import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Books, Counter } from '../../core/ledger/books.ts';
import { type Budget, type BudgetNow, budgetNow } from '../../core/ledger/budget.ts';
import { type CreditsNow, creditsNow, type Grant } from '../../core/ledger/credits.ts';
import {
  type FinalRecord,
  type HeldRecord,
  type LedgerRecord,
  writeJournalRecord,
  writeSentHold,
} from '../../core/ledger/journal-record.ts';
import { counterOwner } from '../../core/ledger/leases/counter-owner.ts';
import type { LeaseItem } from '../../core/ledger/leases/lease-desk.ts';
import { mostChargeNanoUsd } from '../../core/ledger/most-charge.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BudgetPassed, Charge, Hold, HoldAsk, Ledger } from '../../ports/ledger.ts';
import { budgetExceeded } from './budget-exceeded.ts';
import type { JournalWriter } from './journal-writer.ts';
import { budgetUnknown, type NodeLeases } from './node-leases.ts';

export interface LocalLedgerParts {
  readonly journal: JournalWriter;
  readonly books: Books;
  readonly clock: Clock;
  /** Waits for the disk before anything is sent. */
  readonly syncFirst: boolean;
  /** Bytes that were written and not folded yet. */
  backlogBytes(): number;
  /** Where budgets are shared with other nodes: what this one may spend of them. */
  readonly leases?: NodeLeases;
  /** A soft budget was passed, or a hard one is spent. */
  passed(passed: BudgetPassed): void;
}

/** Beyond it the store is so far behind that money would be promised on the memory of one process alone. */
const mostBacklogBytes = 512 * 1024 * 1024;

/** Decides in memory, writes before it promises: against the budgets themselves, or where other nodes share them, against what this one has leased. */
export class LocalLedger implements Ledger {
  readonly #parts: LocalLedgerParts;

  constructor(parts: LocalLedgerParts) {
    this.#parts = parts;
  }

  ready(ask: HoldAsk): Promise<void> | undefined {
    const { leases, clock } = this.#parts;
    if (leases === undefined || ask.budgets.length === 0) return undefined;
    const unknown = this.#unknownCredits(ask, leases);
    if (unknown.length > 0) return leases.learn(unknown).then((known) => (known ? this.ready(ask) : undefined));
    const nanoUsd = capped(ask.nanoUsd);
    const items: LeaseItem[] = [];
    for (const budget of ask.budgets)
      if (!budget.soft) items.push(itemOf(this.#now(budget, clock.wallMs()), ask.orgId, nanoUsd));
    return leases.ready(ask.attemptId, items);
  }

  reserve(ask: HoldAsk): Hold {
    const { clock, books, leases } = this.#parts;
    const refused = leases?.redeem(ask.attemptId) === true;
    if (this.#parts.backlogBytes() > mostBacklogBytes) throw ledgerFull();
    if (this.#parts.journal.failure !== undefined && !this.#parts.journal.tryFlush()) throw cannotWrite();
    const atMs = clock.wallMs();
    const budgets = ask.budgets.map((budget) => this.#now(budget, atMs));
    const nanoUsd = capped(ask.nanoUsd);
    if (leases === undefined) this.#refuseBeyond(budgets, nanoUsd, ask.orgId);
    else this.#refuseBeyondLeases(budgets, { ...ask, nanoUsd, refused }, leases);
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
    if (leases !== undefined) for (const counter of record.counters) leases.took(counter, nanoUsd);
    return new LocalHold(record, budgets, this.#parts);
  }

  standing(budget: Budget): ReturnType<Ledger['standing']> {
    const now = this.#now(budget, this.#parts.clock.wallMs());
    const { settled, held } = this.#counter(now.counter, homeOf(budget));
    const resetMs = now.window.endMs;
    return { settledNanoUsd: settled, heldNanoUsd: held, ...(resetMs === undefined ? {} : { resetMs }) };
  }

  credits({ id, grants = [] }: Budget): CreditsNow {
    return this.#creditsAt({ id, grants }, this.#parts.clock.wallMs());
  }

  #creditsAt(credits: { readonly id: string; readonly grants: readonly Grant[] }, atMs: number): CreditsNow {
    return creditsNow(credits, atMs, (name) => {
      const { settled, held } = this.#counter(name, homeOf(credits));
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

  /** What stands on a counter, of all nodes. */
  #counter(id: string, orgId: string): Counter {
    const { books, leases } = this.#parts;
    return leases === undefined ? books.counter(id) : leases.figures.of(orgId, id);
  }

  /** What was spent of credits before the last of them expired decides how much there is: it must be known first. */
  #unknownCredits({ budgets, orgId }: HoldAsk, { figures }: NodeLeases): readonly string[] {
    const unknown: string[] = [];
    for (const { id, grants } of budgets) {
      if (grants === undefined) continue;
      creditsNow({ id, grants }, this.#parts.clock.wallMs(), (name) => {
        if (!figures.knows(orgId, name)) unknown.push(name);
        return 0n;
      });
    }
    return unknown;
  }

  /** All budgets or none: nothing was taken when one refuses. */
  #refuseBeyond(budgets: readonly BudgetNow[], nanoUsd: bigint, orgId: string): void {
    for (const now of budgets) {
      const { settled, held } = this.#counter(now.counter, orgId);
      if (settled + held + nanoUsd <= now.limitNanoUsd) continue;
      this.#parts.passed(passedBy(now, settled));
      if (!now.budget.soft) throw budgetExceeded(now, { settled, held, asked: nanoUsd });
    }
  }

  /** The same where other nodes share them: what this one has leased of each must cover the call. `refused`: the authority was asked and would not. */
  #refuseBeyondLeases(
    budgets: readonly BudgetNow[],
    { orgId, nanoUsd, refused }: { readonly orgId: string; readonly nanoUsd: bigint; readonly refused: boolean },
    leases: NodeLeases,
  ): void {
    const short = budgets.filter((now) => !now.budget.soft && !leases.covers(itemOf(now, orgId, nanoUsd)));
    const spent = short.find((now) => leases.refuses(itemOf(now, orgId, nanoUsd))) ?? (refused ? short[0] : undefined);
    if (spent !== undefined) {
      const { settled, held } = this.#counter(spent.counter, orgId);
      this.#parts.passed(passedBy(spent, settled));
      throw budgetExceeded(spent, { settled, held, asked: nanoUsd });
    }
    if (short.length > 0) throw budgetUnknown();
    this.#refuseBeyond(
      budgets.filter(({ budget }) => budget.soft),
      nanoUsd,
      orgId,
    );
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
    const { clock, leases } = this.#parts;
    // What is held still covers what passed: only then the answer must end.
    if (this.#refuses(more)) return nanoUsd < this.#heldNanoUsd;
    this.#heldNanoUsd = wanted;
    this.#apply({
      kind: 'progress',
      attemptId: this.attemptId,
      atMs: clock.wallMs(),
      meteredNanoUsd: nanoUsd,
      heldNanoUsd: wanted,
    });
    if (leases !== undefined) for (const { counter } of this.#budgets) leases.took(counter, more);
    return true;
  }

  #refuses(more: bigint): boolean {
    const { books, leases } = this.#parts;
    let refused = false;
    for (const now of this.#budgets) {
      if (now.budget.soft) continue;
      if (leases === undefined) {
        const { settled, held } = books.counter(now.counter);
        if (settled + held + more > now.limitNanoUsd) return true;
        continue;
      }
      const item = itemOf(now, this.#held.orgId, more);
      if (leases.covers(item)) continue;
      leases.wants(item);
      refused = true;
    }
    return refused;
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
    const { leases } = this.#parts;
    if (leases !== undefined) for (const counter of this.#held.counters) leases.ended(counter);
  }

  #apply(record: LedgerRecord): void {
    this.#parts.books.apply(record);
    this.#parts.journal.add(writeJournalRecord(record));
  }
}

const itemOf = ({ counter, limitNanoUsd, window }: BudgetNow, orgId: string, nanoUsd: bigint): LeaseItem => ({
  orgId: counterOwner(orgId, counter),
  counter,
  limitNanoUsd,
  endMs: window.endMs,
  nanoUsd,
});

/** A budget's id begins with its organisation. */
const homeOf = ({ id }: { readonly id: string }): string => id.slice(0, id.indexOf('/'));

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
