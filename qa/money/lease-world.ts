import type { Budget } from '../../src/core/ledger/budget.ts';
import { Dice } from '../fuzz/dice.ts';
import { type Fault, LeaseAuthority } from './lease-authority.ts';

const second = 1000;
/** How long a silent node keeps its leases, and how much longer the authority waits before it gives them to others. */
export const leaseMs = 30 * second;
export const guardMs = 10 * second;

export interface WorldOptions {
  readonly seed: number;
  /** Leases of silent nodes are given to others after their time. Never so with strict holds. */
  readonly expires: boolean;
  readonly fault?: Fault;
  /** How much happens. */
  readonly ms?: number;
}

/** Time, the authority and what was truly spent, whoever knows of it. Everything follows from the seed. */
export class LeaseWorld {
  readonly dice: Dice;
  readonly options: WorldOptions;
  readonly authority: LeaseAuthority;
  readonly violations: string[] = [];
  /** What calls were charged or have set aside, by counter: the truth that no node sees. */
  readonly spent = new Map<string, bigint>();
  /** The highest limit that a counter ever had. */
  readonly #most = new Map<string, bigint>();
  /** What nodes had set aside that was given to others: at most so much may be spent twice. */
  readonly #forgiven = new Map<string, bigint>();
  readonly finals = new Map<string, bigint>();
  nowMs = Date.parse('2026-03-28T22:30:00Z');
  readonly #events: { readonly atMs: number; readonly order: number; readonly run: () => void }[] = [];
  #order = 0;
  budgets: readonly Budget[];
  counts = { covered: 0, waited: 0, refused: 0, unavailable: 0, stopped: 0, settled: 0 };

  constructor(options: WorldOptions) {
    this.options = options;
    this.dice = new Dice(options.seed);
    this.authority = new LeaseAuthority(options.fault);
    const budget = { timeZone: 'Europe/Berlin', soft: false } as const;
    this.budgets = [
      { ...budget, id: 'org', scope: 'organisation:o', window: { kind: 'day' }, limitNanoUsd: 60_000n },
      { ...budget, id: 'key', scope: 'key:k', window: { kind: 'hour' }, limitNanoUsd: 30_000n },
      { ...budget, id: 'team', scope: 'team:t', window: { kind: 'lifetime' }, limitNanoUsd: 100_000n },
      { ...budget, id: 'user', scope: 'user:u', window: { kind: 'month' }, limitNanoUsd: 9000n },
    ];
  }

  after(ms: number, run: () => void): void {
    this.#events.push({ atMs: this.nowMs + ms, order: ++this.#order, run });
    // Kept as a heap would be dearer to read than to sort: few events wait at one time.
    this.#events.sort((one, other) => other.atMs - one.atMs || other.order - one.order);
  }

  /** Runs what is to happen up to a moment, and checks after each thing that did. */
  runUntil(ms: number): void {
    for (let next = this.#events.at(-1); next !== undefined && next.atMs <= ms; next = this.#events.at(-1)) {
      this.#events.pop();
      this.nowMs = next.atMs;
      next.run();
      this.#check();
      if (this.violations.length > 0) return;
    }
    this.nowMs = ms;
  }

  limited(counter: string, limitNanoUsd: bigint): void {
    const most = this.#most.get(counter) ?? 0n;
    if (limitNanoUsd > most) this.#most.set(counter, limitNanoUsd);
  }

  spend(counters: readonly string[], nanoUsd: bigint): void {
    for (const counter of counters) this.spent.set(counter, (this.spent.get(counter) ?? 0n) + nanoUsd);
  }

  forgive(counter: string, nanoUsd: bigint): void {
    this.#forgiven.set(counter, (this.#forgiven.get(counter) ?? 0n) + nanoUsd);
  }

  #check(): void {
    for (const [counter, { settled, held }] of this.authority.counters) {
      const most = this.#allowed(counter);
      if (settled + held > most) this.violations.push(`${counter}: ${settled} settled and ${held} held of ${most}`);
      if (held !== this.authority.leftOn(counter))
        this.violations.push(`${counter}: ${held} held, leases have ${this.authority.leftOn(counter)}`);
      if (held < 0n) this.violations.push(`${counter}: below nothing`);
    }
    for (const [counter, spent] of this.spent)
      if (spent > this.#allowed(counter))
        this.violations.push(`${counter}: ${spent} spent of ${this.#allowed(counter)}`);
  }

  #allowed(counter: string): bigint {
    return (this.#most.get(counter) ?? 0n) + (this.#forgiven.get(counter) ?? 0n);
  }
}
