import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Books } from '../../core/ledger/books.ts';
import { Confirmation, type Moment } from '../../core/ledger/leases/confirmation.ts';
import type { LeasedCounter, LeaseRequest } from '../../core/ledger/leases/grant-leases.ts';
import { LeaseDesk, type LeaseItem, type Outgoing } from '../../core/ledger/leases/lease-desk.ts';
import type { Clock } from '../../ports/clock.ts';
import { CounterFigures, type FiguresSource } from './counter-figures.ts';

/** What a node learns when the authority has heard of it. */
interface News {
  /** The authority's time. */
  readonly nowMs: number;
  readonly nodes: number;
  /** How often this node's leases were given to others. */
  readonly lost: number;
}

/** Who grants leases: the database of all nodes. Every method may reject, or never answer. */
export interface LeaseSource extends FiguresSource {
  join(): Promise<News>;
  confirm(): Promise<News>;
  take(request: LeaseRequest, nodes: number): Promise<readonly LeasedCounter[]>;
  /** Gives what silent nodes have to others. */
  expire(afterMs: number): Promise<unknown>;
  /** Lets go of this node's leases on counters whose windows are over. Nothing is left of them. */
  drop(counters: readonly { readonly orgId: string; readonly id: string }[]): Promise<unknown>;
  leave(): Promise<void>;
}

export interface NodeLeasesParts {
  readonly source: LeaseSource;
  readonly books: Books;
  /** Its time of day is the authority's. */
  readonly clock: Clock;
  readonly leaseMs: number;
  /** How long a silent node keeps its leases until others get them: with strict holds far longer than `leaseMs`, because its journal may hold calls nobody else knows of. */
  readonly keepMs: number;
  /** Resolves when the authority has read all that was written so far. */
  folded(): Promise<void>;
  /** Tells what the time of the authority is. */
  time(nowMs: number): void;
}

/** So long a call waits for the authority. */
const deadlineMs = 1000;
const tickMs = 1000;
/** What clocks may differ in their speed before leases are given to others. */
const guardMs = 10_000;
/** So many requests in a row that failed mean that the authority is away: calls do not wait for it until it has answered again. */
const mostFailures = 3;
const requestsAtOnce = 4;

/** The leases of this node: asks the authority for them, and lets calls wait for it as long as they may. */
export class NodeLeases {
  readonly figures: CounterFigures;
  readonly #parts: NodeLeasesParts;
  readonly #desk: LeaseDesk;
  readonly #confirmation: Confirmation;
  readonly #waiting = new Map<string, () => void>();
  /** Calls that were refused and have not reserved yet. */
  readonly #refused = new Set<string>();
  readonly #stops = new Set<() => void>();
  #lost = 0;
  #failures = 0;
  #underWay = 0;
  #confirming: Promise<void> | undefined;
  #closed = false;

  private constructor(parts: NodeLeasesParts) {
    this.#parts = parts;
    this.#desk = new LeaseDesk(parts.books);
    this.#confirmation = new Confirmation(parts.leaseMs, parts.keepMs);
    this.figures = new CounterFigures(parts, (counter) => this.#desk.lease(counter));
  }

  /** At the start of a node, when all its journal has been read. Rejects when the authority does not answer. */
  static async open(parts: NodeLeasesParts): Promise<NodeLeases> {
    const leases = new NodeLeases(parts);
    const sentAt = leases.#moment();
    leases.#heard(await parts.source.join(), sentAt);
    leases.#every(tickMs, () => leases.#tick());
    leases.#every(Math.min(10_000, parts.leaseMs / 6), () => void leases.#confirm());
    return leases;
  }

  /** Undefined when the call may reserve at once, or will be refused; else resolves when it is known. */
  ready(id: string, items: readonly LeaseItem[]): Promise<void> | undefined {
    if (items.length === 0) return undefined;
    const state = this.#confirmation.at(this.#moment());
    if (state === 'sure') return this.#ask(id, items);
    if (this.#failures >= mostFailures) return undefined;
    return this.#confirm().then(() =>
      this.#confirmation.at(this.#moment()) === 'lapsed' ? undefined : this.#ask(id, items),
    );
  }

  /** Looks up how counters stand; false when the authority does not answer. */
  async learn(counters: readonly string[]): Promise<boolean> {
    if (this.#failures >= mostFailures) return false;
    return this.#withDeadline(this.figures.read(counters)).then(
      () => true,
      () => false,
    );
  }

  covers(item: LeaseItem): boolean {
    return this.#desk.covers([item]) && this.#confirmation.at(this.#moment()) !== 'lapsed';
  }

  /** Whether it was the authority that would not cover it. */
  refuses(item: LeaseItem): boolean {
    return this.#desk.lease(item.counter)?.refuses(item, this.#parts.clock.monotonicMs()) === true;
  }

  /** The call reserves now. Answers whether the authority would not cover it. */
  redeem(id: string): boolean {
    this.#desk.redeem(id);
    return this.#refused.delete(id);
  }

  took(counter: string, nanoUsd: bigint): void {
    this.#desk.took(counter, nanoUsd, this.#parts.clock.monotonicMs());
    if (this.#desk.pending) this.#pump();
  }

  ended(counter: string): void {
    this.#desk.ended(counter);
    if (this.#desk.pending) this.#pump();
  }

  /** A running call needs more: it goes on meanwhile with what it has. */
  wants(item: LeaseItem): void {
    this.#desk.wants(item, this.#parts.clock.monotonicMs());
    this.#pump();
  }

  /** The end. `read`: the authority has read all that was written, so that everything can be given back. */
  async close(read: boolean): Promise<void> {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    if (read) await this.#withDeadline(this.#parts.source.leave()).catch(() => undefined);
  }

  #ask(id: string, items: readonly LeaseItem[]): Promise<void> | undefined {
    if (this.#desk.covers(items)) return undefined;
    if (this.#failures >= mostFailures) return undefined;
    const outcome = this.#desk.ask(id, items, this.#parts.clock.monotonicMs());
    if (outcome === 'refused') this.#refuse(id);
    if (outcome !== 'waits') return undefined;
    const answer = new Promise<void>((resolve) => this.#waiting.set(id, resolve));
    this.#once(deadlineMs, () => {
      if (!this.#waiting.has(id)) return;
      this.#desk.forgo(id);
      this.#decide(id);
    });
    this.#pump();
    return answer;
  }

  #refuse(id: string): void {
    this.#refused.add(id);
    this.#once(0, () => this.#refused.delete(id));
  }

  #decide(id: string): void {
    const resolve = this.#waiting.get(id);
    if (resolve === undefined) {
      // Nobody waits for it any more.
      this.#desk.redeem(id);
      return;
    }
    this.#waiting.delete(id);
    resolve();
    // It reserves before the next turn, or never.
    this.#once(0, () => this.#desk.redeem(id));
  }

  #pump(): void {
    while (!this.#closed && this.#underWay < requestsAtOnce) {
      const request = this.#desk.next(this.#parts.clock.monotonicMs());
      if (request === undefined) return;
      void this.#send(request);
    }
  }

  async #send(request: Outgoing): Promise<void> {
    this.#underWay++;
    try {
      const asked = request.readFirst
        ? this.#parts.folded().then(() => this.#parts.source.take(request, this.#desk.nodes))
        : this.#parts.source.take(request, this.#desk.nodes);
      const counters = await this.#withDeadline(asked);
      this.#failures = 0;
      const { covered, refused } = this.#desk.answered(request, counters, this.#parts.clock.monotonicMs());
      for (const id of refused) this.#refuse(id);
      for (const id of [...covered, ...refused]) this.#decide(id);
    } catch {
      this.#failures++;
      for (const id of this.#desk.failed(request)) this.#decide(id);
    } finally {
      this.#underWay--;
    }
    this.#pump();
  }

  #tick(): void {
    const { clock } = this.#parts;
    const over = this.#desk.sweep(clock.monotonicMs(), clock.wallMs());
    // One that stays because nobody answers holds nothing, and goes with the node's next start.
    if (over.length > 0)
      void this.#withDeadline(
        this.#parts.source.drop(over.map(({ orgId, counter }) => ({ orgId, id: counter }))),
      ).catch(() => undefined);
    // Whether it is back is asked here, and no call waits for that.
    if (this.#failures < mostFailures) this.#pump();
    else void this.#confirm();
    void this.figures.refresh();
  }

  #confirm(): Promise<void> {
    this.#confirming ??= this.#heardAgain().finally(() => {
      this.#confirming = undefined;
    });
    return this.#confirming;
  }

  async #heardAgain(): Promise<void> {
    const sentAt = this.#moment();
    try {
      this.#heard(await this.#withDeadline(this.#parts.source.confirm()), sentAt);
      this.#failures = 0;
      await this.#withDeadline(this.#parts.source.expire(this.#parts.keepMs + guardMs));
    } catch {
      this.#failures++;
    }
  }

  #heard({ nowMs, nodes, lost }: News, sentAt: Moment): void {
    if (lost !== this.#lost) this.#desk.lost();
    this.#lost = lost;
    this.#desk.nodes = nodes;
    this.#parts.time(nowMs);
    this.#confirmation.confirmed(sentAt);
  }

  #moment(): Moment {
    return { monotonicMs: this.#parts.clock.monotonicMs(), wallMs: Date.now() };
  }

  #withDeadline<T>(asked: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = this.#parts.clock.after(deadlineMs, () => reject(new Error('The database did not answer in time.')));
      asked.then(resolve, reject).finally(stop);
    });
  }

  #every(ms: number, run: () => void): void {
    this.#once(ms, () => {
      run();
      this.#every(ms, run);
    });
  }

  #once(ms: number, run: () => void): void {
    if (this.#closed) return;
    const stop = this.#parts.clock.after(ms, () => {
      this.#stops.delete(stop);
      run();
    });
    this.#stops.add(stop);
  }
}

/** Nobody knows whether the budget has it. */
export const budgetUnknown = (): GatewayError =>
  new GatewayError(
    'ledger_full',
    'Budgets are kept in a database that does not answer at present, and this node has too little left of them. Send the request again in a moment.',
    { retryAfterMs: 1000 },
  );
