import type { AdjustedRecord, FinalRecord, HeldRecord, LedgerRecord, ProgressRecord } from './journal-record.ts';
import { isPastCounter } from './past-counter.ts';

/** What stands on one counter: a budget in one window. Nano-dollars, never negative while records are well formed. */
export interface Counter {
  readonly settled: bigint;
  readonly held: bigint;
}

export type AttemptState = 'held' | 'sent' | 'streaming';

/** An attempt that has no final record yet. */
export interface OpenAttempt {
  readonly record: HeldRecord;
  readonly state: AttemptState;
  /** Held now; grows with every slice. */
  readonly heldNanoUsd: bigint;
  /** Charged when the attempt ends without a word: what passed through, at least the input once it was sent. */
  readonly meteredNanoUsd: bigint;
}

/** Why a record changed nothing. `repeated`: it was already applied, which does no harm. */
export type Ignored = 'repeated' | 'unknown-attempt' | 'already-final';

const nothing: Counter = { settled: 0n, held: 0n };

/**
 * The ledger's memory: every counter and every open attempt, as the journal's records say. Live work and recovery both go through `apply`, so
 * reading a journal from its beginning gives the very same books, and a record that comes twice changes nothing.
 */
export class Books {
  readonly #counters = new Map<string, { settled: bigint; held: bigint }>();
  readonly #open = new Map<string, { -readonly [Name in keyof OpenAttempt]: OpenAttempt[Name] }>();
  /** Final attempts, with the counters they were charged to. */
  readonly #final = new Map<string, readonly string[]>();
  readonly #adjustments = new Set<string>();
  readonly #keepFinals: number;

  /** `keepFinals`: how many ends are remembered. A running process needs only the latest; reading a whole journal needs all. */
  constructor(keepFinals = Number.MAX_SAFE_INTEGER) {
    this.#keepFinals = keepFinals;
  }

  counter(id: string): Counter {
    return this.#counters.get(id) ?? nothing;
  }

  counters(): ReadonlyMap<string, Counter> {
    return this.#counters;
  }

  open(attemptId: string): OpenAttempt | undefined {
    return this.#open.get(attemptId);
  }

  openAttempts(): readonly OpenAttempt[] {
    return [...this.#open.values()];
  }

  apply(record: LedgerRecord): Ignored | undefined {
    switch (record.kind) {
      case 'held':
        return this.#hold(record);
      case 'sent':
        return this.#move(record.attemptId, 'sent');
      case 'progress':
        return this.#progress(record);
      case 'settled':
      case 'estimated':
      case 'void':
        return this.#finish(record);
      case 'adjusted':
        return this.#adjust(record);
    }
  }

  /** Sets a counter to what a snapshot says; records before the snapshot must not be applied again. */
  restore(id: string, counter: Counter): void {
    this.#counters.set(id, { ...counter });
  }

  /** Lets go of counters whose windows are over and in which nothing is set aside: nobody asks for them any more. */
  forgetPast(atMs: number): void {
    for (const [id, { held }] of this.#counters) if (held === 0n && isPastCounter(id, atMs)) this.#counters.delete(id);
  }

  #hold(record: HeldRecord): Ignored | undefined {
    const { attemptId } = record;
    if (this.#open.has(attemptId) || this.#final.has(attemptId)) return 'repeated';
    const sent = record.sent === true;
    this.#open.set(attemptId, {
      record,
      state: sent ? 'sent' : 'held',
      heldNanoUsd: record.nanoUsd,
      meteredNanoUsd: sent ? record.inputNanoUsd : 0n,
    });
    for (const id of record.counters) this.#counter(id).held += record.nanoUsd;
    return undefined;
  }

  #move(attemptId: string, state: AttemptState): Ignored | undefined {
    const attempt = this.#open.get(attemptId);
    if (attempt === undefined) return this.#whyNotOpen(attemptId);
    if (attempt.state !== 'held') return 'repeated';
    attempt.state = state;
    attempt.meteredNanoUsd = attempt.record.inputNanoUsd;
    return undefined;
  }

  #progress({ attemptId, meteredNanoUsd, heldNanoUsd }: ProgressRecord): Ignored | undefined {
    const attempt = this.#open.get(attemptId);
    if (attempt === undefined) return this.#whyNotOpen(attemptId);
    const more = heldNanoUsd - attempt.heldNanoUsd;
    attempt.state = 'streaming';
    attempt.meteredNanoUsd = meteredNanoUsd;
    attempt.heldNanoUsd = heldNanoUsd;
    for (const id of attempt.record.counters) this.#counter(id).held += more;
    return undefined;
  }

  #finish({ attemptId, nanoUsd, kind }: FinalRecord): Ignored | undefined {
    const attempt = this.#open.get(attemptId);
    if (attempt === undefined) return this.#whyNotOpen(attemptId);
    this.#open.delete(attemptId);
    const { counters } = attempt.record;
    this.#remember(attemptId, counters);
    for (const id of counters) {
      const counter = this.#counter(id);
      counter.held -= attempt.heldNanoUsd;
      if (kind !== 'void') counter.settled += nanoUsd;
    }
    return undefined;
  }

  #adjust({ adjustmentId, attemptId, nanoUsd }: AdjustedRecord): Ignored | undefined {
    if (this.#adjustments.has(adjustmentId)) return 'repeated';
    const counters = this.#final.get(attemptId);
    if (counters === undefined) return 'unknown-attempt';
    this.#adjustments.add(adjustmentId);
    for (const id of counters) this.#counter(id).settled += nanoUsd;
    return undefined;
  }

  #remember(attemptId: string, counters: readonly string[]): void {
    this.#final.set(attemptId, counters);
    if (this.#final.size <= this.#keepFinals) return;
    // Half at once: taking the oldest out of a map one by one walks over the holes of all before it.
    const keys = [...this.#final.keys()];
    for (const oldest of keys.slice(0, Math.ceil(keys.length / 2))) this.#final.delete(oldest);
  }

  #whyNotOpen(attemptId: string): Ignored {
    return this.#final.has(attemptId) ? 'already-final' : 'unknown-attempt';
  }

  #counter(id: string): { settled: bigint; held: bigint } {
    const known = this.#counters.get(id);
    if (known !== undefined) return known;
    const made = { settled: 0n, held: 0n };
    this.#counters.set(id, made);
    return made;
  }
}
