import { join } from 'node:path';
import { Books } from '../../core/ledger/books.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BudgetPassed } from '../../ports/ledger.ts';
import { folderStorage } from './journal-storage.ts';
import { JournalWriter } from './journal-writer.ts';
import { LocalLedger } from './local-ledger.ts';
import { type LeaseSource, NodeLeases } from './node-leases.ts';

/** The store's part: what it says at the start, and how it is asked to read on. */
export interface LedgerStore {
  begin(): Promise<{
    readonly counters: readonly { readonly id: string; readonly settled: bigint; readonly held: bigint }[];
    readonly nextSegment: number;
  }>;
  fold(): Promise<unknown>;
}

/** Budgets that other nodes share. */
export interface SharedBudgets {
  readonly source: LeaseSource;
  /** A node that was paused for half of it asks before it spends. */
  readonly leaseMs: number;
  /** How long a silent node keeps its leases. */
  readonly keepMs: number;
}

export interface LedgerOptions {
  readonly directory: string;
  readonly store: LedgerStore;
  readonly clock: Clock;
  /** Absent: this process has the budgets to itself. */
  readonly shared?: SharedBudgets;
  /** Wait for the disk before anything is sent. */
  readonly syncFirst: boolean;
  passed(passed: BudgetPassed): void;
  /** The store cannot read on, or can again (undefined). Told once for each time it begins; it is asked again and again meanwhile. */
  foldFailed(error: unknown): void;
  /** The journal cannot be written, or can again (undefined). No call that costs anything is sent meanwhile. `lostFacts`: of how many calls nothing is known but their money, since the start. */
  writeFailed(error: unknown, lostFacts: number): void;
}

export interface OpenedLedger {
  readonly ledger: LocalLedger;
  readonly journal: JournalWriter;
  /** Resolves when everything written so far can be read from the tables. */
  folded(): Promise<void>;
  close(): Promise<void>;
}

const foldAfterMs = 500;
/** How soon what failed is tried again. */
const retryMs = 1000;
/** Ends that a running process may still be asked about. */
const keptFinals = 10_000;

/** Opens the ledger of a data directory: ends what an earlier process left open, and begins a new segment of the journal. */
export const openLedger = async (options: LedgerOptions): Promise<OpenedLedger> => {
  const { directory, store, shared } = options;
  const { counters, nextSegment } = await store.begin();
  const books = new Books(keptFinals);
  // Where others share them, the books say what happened here, and the authority what stands.
  if (shared === undefined) for (const { id, settled, held } of counters) books.restore(id, { settled, held });
  const { clock, time } = sharedClock(options.clock);
  const stopForgetting = forgetPast(books, clock);
  const journal = new JournalWriter({
    storage: folderStorage(join(directory, 'journal')),
    segment: nextSegment,
    epoch: nextSegment,
    marks: options.syncFirst,
  });
  const stopRetrying = retryWrites(journal, options);
  const folding = new Folding(journal, options);
  const leases =
    shared === undefined
      ? undefined
      : await NodeLeases.open({ ...shared, books, clock, time, folded: () => folding.now() });
  const ledger = new LocalLedger({
    ...(leases === undefined ? {} : { leases }),
    journal,
    books,
    clock,
    syncFirst: options.syncFirst,
    backlogBytes: () => folding.backlogBytes,
    passed: options.passed,
  });
  return {
    ledger,
    journal,
    folded: () => folding.now(),
    close: async () => {
      stopForgetting();
      // What cannot be read now was told of, and is read at the next start.
      const read = await folding.now().then(
        () => true,
        () => false,
      );
      await leases?.close(read);
      folding.close();
      journal.close();
      stopRetrying();
    },
  };
};

/** A clock whose time of day is that of the database, once it was told: windows of budgets begin and end on all nodes at one time. */
const sharedClock = (own: Clock): { readonly clock: Clock; time(nowMs: number): void } => {
  let aheadMs = 0;
  return {
    clock: {
      monotonicMs: () => own.monotonicMs(),
      after: (ms, run) => own.after(ms, run),
      wallMs: () => own.wallMs() + aheadMs,
    },
    time: (nowMs) => {
      aheadMs = nowMs - own.wallMs();
    },
  };
};

const forgetEveryMs = 3_600_000;

/** Counters of windows that are over would gather for as long as the process runs. */
const forgetPast = (books: Books, clock: Clock): (() => void) => {
  let stop: () => void = () => undefined;
  const forget = (): void => {
    books.forgetPast(clock.wallMs());
    stop = clock.after(forgetEveryMs, forget);
  };
  forget();
  return () => stop();
};

/** What waits for a disk that took nothing leaves as soon as it can, also when no further call comes. */
const retryWrites = (journal: JournalWriter, { clock, writeFailed }: LedgerOptions): (() => void) => {
  let stop: () => void = () => undefined;
  const retry = (): void => {
    if (journal.failure !== undefined && !journal.tryFlush()) stop = clock.after(retryMs, retry);
  };
  journal.onFailure = (error) => {
    writeFailed(error, journal.lostFacts);
    if (error !== undefined) stop = clock.after(retryMs, retry);
  };
  return () => stop();
};

/** Asks the store to read on soon after something was written; one question at a time. */
class Folding {
  readonly #journal: JournalWriter;
  readonly #options: LedgerOptions;
  #closed = false;
  #foldedBytes = 0;
  #failing = false;
  #running: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(journal: JournalWriter, options: LedgerOptions) {
    this.#journal = journal;
    this.#options = options;
    journal.onWrite = () => this.#soon(foldAfterMs);
  }

  /** Nothing is asked any more. */
  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
  }

  #soon(ms: number): void {
    if (this.#closed) return;
    this.#cancelTimer ??= this.#options.clock.after(ms, () => {
      this.#cancelTimer = undefined;
      this.now().catch(() => this.#soon(retryMs));
    });
  }

  get backlogBytes(): number {
    return this.#journal.appendedBytes - this.#foldedBytes;
  }

  async now(): Promise<void> {
    this.#journal.tryFlush();
    const wantedBytes = this.#journal.appendedBytes;
    while (this.#foldedBytes < wantedBytes) {
      this.#running ??= this.#fold().finally(() => {
        this.#running = undefined;
      });
      await this.#running;
    }
  }

  async #fold(): Promise<void> {
    const reaches = this.#journal.appendedBytes;
    await this.#options.store.fold().catch((error: unknown) => {
      if (!this.#failing) this.#options.foldFailed(error);
      this.#failing = true;
      throw error;
    });
    if (this.#failing) this.#options.foldFailed(undefined);
    this.#failing = false;
    this.#foldedBytes = reaches;
  }
}
