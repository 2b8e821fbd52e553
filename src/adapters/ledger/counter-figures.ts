import type { Books, Counter } from '../../core/ledger/books.ts';
import { counterOwner } from '../../core/ledger/leases/counter-owner.ts';
import type { Lease } from '../../core/ledger/leases/lease.ts';
import type { Clock } from '../../ports/clock.ts';

export interface FiguresSource {
  /** How counters stand; those that nobody has touched are left out. */
  read(
    counters: readonly { readonly orgId: string; readonly id: string }[],
  ): Promise<readonly { readonly id: string; readonly settledNanoUsd: bigint; readonly heldNanoUsd: bigint }[]>;
}

interface Figure {
  readonly orgId: string;
  read: Counter | undefined;
  /** What calls here had been charged when the authority was asked. */
  chargedNanoUsd: bigint;
  readMs: number;
  usedMs: number;
}

const freshMs = 2000;
/** What nobody has asked for so long is not looked up any more. */
const forgetMs = 60_000;
const mostAtOnce = 500;

/** How counters stand for all nodes together, as far as this one knows: what the authority said last, and what happened here since. */
export class CounterFigures {
  readonly #source: FiguresSource;
  readonly #books: Books;
  readonly #clock: Clock;
  readonly #leaseOf: (counter: string) => Lease | undefined;
  readonly #figures = new Map<string, Figure>();

  constructor(
    { source, books, clock }: { readonly source: FiguresSource; readonly books: Books; readonly clock: Clock },
    leaseOf: (counter: string) => Lease | undefined,
  ) {
    this.#source = source;
    this.#books = books;
    this.#clock = clock;
    this.#leaseOf = leaseOf;
  }

  /** Whether the authority has spoken of it. */
  knows(orgId: string, counter: string): boolean {
    return this.#leaseOf(counter)?.seen !== undefined || this.#figure(orgId, counter).read !== undefined;
  }

  of(orgId: string, counter: string): Counter {
    const lease = this.#leaseOf(counter);
    const figure = this.#figure(orgId, counter);
    const seen = lease?.seen;
    if (lease !== undefined && seen !== undefined && figure.readMs < lease.usedAtMs)
      return { settled: seen.settledNanoUsd + lease.unreadNanoUsd, held: seen.heldNanoUsd };
    const here = this.#books.counter(counter);
    const { read } = figure;
    if (read === undefined) return here;
    // What leases hold is held already; only calls without one are counted here.
    const held = lease === undefined ? read.held + here.held : read.held;
    return { settled: read.settled + here.settled - figure.chargedNanoUsd, held };
  }

  /** Looks up what is asked for and not fresh. Never rejects: what is known stays. */
  async refresh(): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const stale: string[] = [];
    for (const [counter, figure] of this.#figures) {
      if (nowMs - figure.usedMs > forgetMs) this.#figures.delete(counter);
      else if (nowMs - figure.readMs > freshMs && stale.length < mostAtOnce) stale.push(counter);
    }
    await this.read(stale).catch(() => undefined);
  }

  async read(counters: readonly string[]): Promise<void> {
    if (counters.length === 0) return;
    const readMs = this.#clock.monotonicMs();
    const charged = new Map(counters.map((counter) => [counter, this.#books.counter(counter).settled]));
    const asked = counters.map((id) => ({ orgId: this.#figures.get(id)?.orgId ?? '', id }));
    const rows = new Map((await this.#source.read(asked)).map((row) => [row.id, row]));
    for (const [counter, chargedNanoUsd] of charged) {
      const figure = this.#figures.get(counter);
      if (figure === undefined) continue;
      const row = rows.get(counter);
      figure.read = { settled: row?.settledNanoUsd ?? 0n, held: row?.heldNanoUsd ?? 0n };
      figure.chargedNanoUsd = chargedNanoUsd;
      figure.readMs = readMs;
    }
  }

  #figure(orgId: string, counter: string): Figure {
    const usedMs = this.#clock.monotonicMs();
    const known = this.#figures.get(counter);
    if (known !== undefined) {
      known.usedMs = usedMs;
      return known;
    }
    const owner = counterOwner(orgId, counter);
    const made: Figure = {
      orgId: owner,
      read: undefined,
      chargedNanoUsd: 0n,
      readMs: Number.NEGATIVE_INFINITY,
      usedMs,
    };
    this.#figures.set(counter, made);
    return made;
  }
}
