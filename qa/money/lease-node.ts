import { Books } from '../../src/core/ledger/books.ts';
import { budgetNow } from '../../src/core/ledger/budget.ts';
import type { HeldRecord } from '../../src/core/ledger/journal-record.ts';
import { Confirmation, type Moment } from '../../src/core/ledger/leases/confirmation.ts';
import { LeaseDesk, type LeaseItem, type Outgoing } from '../../src/core/ledger/leases/lease-desk.ts';
import type { Entry } from './lease-authority.ts';
import { guardMs, type LeaseWorld, leaseMs } from './lease-world.ts';

interface Call {
  readonly id: string;
  readonly counters: readonly string[];
  readonly items: readonly LeaseItem[];
  heldNanoUsd: bigint;
  /** Written down: it may be charged. */
  sent: boolean;
}

/** What a process keeps in memory, and loses when it dies. */
interface Life {
  readonly epoch: number;
  readonly books: Books;
  readonly desk: LeaseDesk;
  readonly confirmation: Confirmation;
  readonly running: Map<string, Call>;
  lost: number;
}

const deadlineMs = 1000;
const tickMs = 1000;

/** One node of the simulation: its memory, its journal that outlives it, a network that loses and repeats, and a clock of its own. */
export class LeaseNode {
  readonly name: string;
  readonly #world: LeaseWorld;
  /** How far its clock is off. The authority's time is known but for a little. */
  readonly #skewMs: number;
  /** Ends that were written down, and how many of them the authority has confirmed. */
  readonly #journal: Entry[] = [];
  #shipped = 0;
  /** Calls that were written as sent and have no end in the journal. */
  readonly #open = new Map<string, Call>();
  #life: Life | undefined;
  #pausedUntilMs = 0;
  #cutUntilMs = 0;
  #calls = 0;
  #gone = false;

  constructor(world: LeaseWorld, name: string) {
    this.#world = world;
    this.name = name;
    this.#skewMs = world.dice.below(600_000) - 300_000;
    this.start();
  }

  /** Begins a life: ends what the last one left open, has its journal read, and only then gives up its leases. */
  start(): void {
    const { authority, nowMs } = this.#world;
    if (!authority.up) {
      this.#world.after(500, () => this.start());
      return;
    }
    if (this.#world.options.fault === 'releases-before-reading') authority.release(this.name, Number.POSITIVE_INFINITY);
    for (const call of this.#open.values())
      this.#write(call, this.#world.dice.chance(0.5) ? call.heldNanoUsd : call.heldNanoUsd / 2n);
    this.#open.clear();
    if (this.#world.options.fault !== 'releases-before-reading') authority.read(this.name, this.#journal);
    this.#shipped = this.#world.options.fault === 'releases-before-reading' ? this.#shipped : this.#journal.length;
    const epoch = authority.join(this.name, nowMs);
    const books = new Books();
    const life: Life = {
      epoch,
      books,
      desk: new LeaseDesk(books),
      confirmation: new Confirmation(this.#world.options.expires ? leaseMs : leaseMs * 1000),
      running: new Map(),
      lost: 0,
    };
    this.#life = life;
    life.confirmation.confirmed(this.#moment());
    this.#every(life, tickMs, () => this.#tick(life));
    this.#every(life, 4000, () => this.#confirm(life));
    this.#every(life, 700, () => this.#ship());
    this.#arrive(life);
  }

  pause(ms: number): void {
    this.#pausedUntilMs = this.#world.nowMs + ms;
  }

  /** Nothing reaches the authority, and nothing comes back. */
  cut(ms: number): void {
    this.#cutUntilMs = this.#world.nowMs + ms;
  }

  /** What no journal tells is void: no provider saw it. */
  kill(comesBack: boolean): void {
    for (const call of this.#life?.running.values() ?? [])
      if (!call.sent) this.#world.spend(call.counters, -call.heldNanoUsd);
    this.#life = undefined;
    if (comesBack) this.#world.after(this.#world.dice.below(60_000), () => this.start());
    else this.#gone = true;
  }

  get alive(): boolean {
    return this.#life !== undefined;
  }

  /** What its calls have set aside or were charged that the authority does not know of. */
  unread(): ReadonlyMap<string, bigint> {
    const sums = new Map<string, bigint>();
    const add = (counters: readonly string[], nanoUsd: bigint): void => {
      for (const counter of counters) sums.set(counter, (sums.get(counter) ?? 0n) + nanoUsd);
    };
    for (const { attemptId, counters, nanoUsd } of this.#journal)
      if (!this.#world.authority.entries.has(attemptId)) add(counters, nanoUsd);
    for (const { id, counters, heldNanoUsd } of this.#life?.running.values() ?? this.#open.values())
      if (!this.#world.authority.entries.has(id)) add(counters, heldNanoUsd);
    return sums;
  }

  /** The end of everything: calls end, the journal is read, the leases are given back; or the operator gives the node up. */
  end(): void {
    const { authority } = this.#world;
    authority.up = true;
    for (const call of this.#life?.running.values() ?? []) {
      if (call.sent) this.#write(call, call.heldNanoUsd);
      else this.#world.spend(call.counters, -call.heldNanoUsd);
    }
    if (!this.#gone) {
      for (const call of this.#life === undefined ? this.#open.values() : []) this.#write(call, call.heldNanoUsd);
      authority.read(this.name, this.#journal);
    } else
      for (const { attemptId } of this.#journal)
        if (!authority.entries.has(attemptId)) this.#world.finals.delete(attemptId);
    this.#life = undefined;
    authority.leave(this.name);
  }

  #every(life: Life, ms: number, run: () => void): void {
    this.#at(life, this.#world.dice.below(ms), () => {
      run();
      this.#every(life, ms, run);
    });
  }

  /** Later in this life; a paused process does nothing until it goes on. */
  #at(life: Life, ms: number, run: () => void): void {
    this.#world.after(ms, () => {
      if (this.#life !== life) return;
      const waits = this.#pausedUntilMs - this.#world.nowMs;
      if (waits > 0) this.#at(life, waits + this.#world.dice.below(20), run);
      else run();
    });
  }

  #moment(): Moment {
    return { monotonicMs: this.#world.nowMs, wallMs: this.#world.nowMs + this.#skewMs };
  }

  #arrive(life: Life): void {
    this.#at(life, 20 + this.#world.dice.below(1500), () => {
      this.#call(life);
      this.#arrive(life);
    });
  }

  #call(life: Life): void {
    const { dice, nowMs } = this.#world;
    const id = `${this.name}.${life.epoch}.${++this.#calls}`;
    const nanoUsd = BigInt(1 + dice.below(dice.chance(0.1) ? 5000 : 200));
    const budgets = this.#world.budgets.filter(() => dice.chance(0.4));
    const items = budgets.map((budget): LeaseItem => {
      const { counter, limitNanoUsd, window } = budgetNow(budget, nowMs + dice.below(40) - 20);
      this.#world.limited(counter, limitNanoUsd);
      return { orgId: 'o', counter, limitNanoUsd, endMs: window.endMs, nanoUsd };
    });
    if (!this.#maySpend(life)) {
      this.#world.counts.unavailable++;
      return;
    }
    const outcome = life.desk.ask(id, items, nowMs);
    const call = { id, counters: items.map(({ counter }) => counter), items, heldNanoUsd: nanoUsd, sent: false };
    this.#world.counts[outcome === 'waits' ? 'waited' : outcome]++;
    if (outcome === 'covered') this.#reserve(life, call);
    if (outcome === 'waits') life.running.set(`waits:${id}`, { ...call, heldNanoUsd: 0n });
    this.#pump(life);
  }

  #maySpend(life: Life): boolean {
    return life.confirmation.at(this.#moment()) !== 'lapsed';
  }

  #reserve(life: Life, call: Call): void {
    const { dice, nowMs } = this.#world;
    life.desk.redeem(call.id);
    if (!this.#maySpend(life) || !life.desk.covers(call.items)) {
      this.#world.counts.refused++;
      return;
    }
    life.books.apply(heldOf(call));
    this.#world.spend(call.counters, call.heldNanoUsd);
    for (const { counter, nanoUsd } of call.items) life.desk.took(counter, nanoUsd, nowMs);
    life.running.set(call.id, call);
    this.#at(life, dice.below(30), () => this.#send(life, call));
  }

  #send(life: Life, call: Call): void {
    const { dice } = this.#world;
    if (dice.chance(0.05)) {
      this.#finish(life, call, undefined);
      return;
    }
    call.sent = true;
    this.#open.set(call.id, call);
    if (dice.chance(0.3)) this.#at(life, dice.below(4000), () => this.#extend(life, call));
    this.#at(life, 5 + dice.below(dice.chance(0.1) ? 90_000 : 5000), () => {
      // Whole, in part, or for nothing.
      this.#finish(
        life,
        call,
        dice.chance(0.3) ? call.heldNanoUsd : (call.heldNanoUsd * BigInt(dice.below(100))) / 100n,
      );
    });
  }

  /** A slice more, while the answer runs. */
  #extend(life: Life, call: Call): void {
    const { nowMs } = this.#world;
    if (life.books.open(call.id) === undefined) return;
    const more = 300n;
    const items = call.items.map((item) => ({ ...item, nanoUsd: more }));
    if (!this.#maySpend(life) || !life.desk.covers(items)) {
      for (const item of items) life.desk.wants(item, nowMs);
      this.#world.counts.stopped++;
      this.#pump(life);
      return;
    }
    call.heldNanoUsd += more;
    const at = { attemptId: call.id, atMs: nowMs };
    life.books.apply({ kind: 'progress', ...at, meteredNanoUsd: 0n, heldNanoUsd: call.heldNanoUsd });
    this.#world.spend(call.counters, more);
    for (const { counter } of items) life.desk.took(counter, more, nowMs);
  }

  #finish(life: Life, call: Call, nanoUsd: bigint | undefined): void {
    const at = { attemptId: call.id, atMs: this.#world.nowMs };
    life.running.delete(call.id);
    this.#open.delete(call.id);
    if (nanoUsd === undefined) {
      life.books.apply({ kind: 'void', ...at, nanoUsd: 0n, source: 'none' });
      this.#world.spend(call.counters, -call.heldNanoUsd);
    } else {
      life.books.apply({ kind: 'settled', ...at, nanoUsd, source: 'provider' });
      this.#write(call, nanoUsd);
    }
    for (const { counter } of call.items) life.desk.ended(counter);
    this.#pump(life);
  }

  #write(call: Call, nanoUsd: bigint): void {
    this.#journal.push({ attemptId: call.id, counters: call.counters, nanoUsd });
    this.#world.finals.set(call.id, nanoUsd);
    this.#world.spend(call.counters, nanoUsd - call.heldNanoUsd);
    this.#world.counts.settled++;
  }

  #tick(life: Life): void {
    life.desk.sweep(this.#world.nowMs, this.#world.nowMs);
    this.#pump(life);
  }

  #pump(life: Life): void {
    for (
      let request = life.desk.next(this.#world.nowMs);
      request !== undefined;
      request = life.desk.next(this.#world.nowMs)
    )
      this.#sendRequest(life, request);
  }

  /** Out, done there once or twice or never, and back; given up at its deadline. */
  #sendRequest(life: Life, request: Outgoing): void {
    const { dice, authority } = this.#world;
    let over = false;
    const back = (counters: ReturnType<typeof authority.order>): void => {
      if (over || counters === undefined) return;
      over = true;
      const { covered, refused } = life.desk.answered(request, counters, this.#world.nowMs);
      for (const id of covered) this.#resume(life, id, true);
      for (const id of refused) this.#resume(life, id, false);
      this.#pump(life);
    };
    if (this.#world.options.fault === 'spends-what-it-gives-back')
      life.desk.answered(
        { ...request, sequence: -1 },
        request.orders.map(({ counter }) => life.desk.lease(counter)?.seen).filter((seen) => seen !== undefined),
        0,
      );
    this.#carry(() => {
      const answer = authority.order(this.name, life.epoch, request);
      this.#carry(() => this.#at(life, 0, () => back(answer)));
    });
    if (dice.chance(0.1)) this.#carry(() => authority.order(this.name, life.epoch, request), 20_000);
    this.#at(life, deadlineMs, () => {
      if (over) return;
      over = true;
      for (const id of life.desk.failed(request)) this.#resume(life, id, false);
      this.#pump(life);
    });
  }

  #carry(run: () => void, mostMs = 0): void {
    const { dice, authority } = this.#world;
    const ms = dice.below(mostMs === 0 ? (dice.chance(0.05) ? 6000 : 40) : mostMs);
    if (dice.chance(0.05)) return;
    this.#world.after(ms, () => {
      if (authority.up && this.#world.nowMs >= this.#cutUntilMs) run();
    });
  }

  #resume(life: Life, id: string, covered: boolean): void {
    const call = life.running.get(`waits:${id}`);
    life.running.delete(`waits:${id}`);
    const [item] = call?.items ?? [];
    if (call === undefined || item === undefined) return;
    if (covered && this.#world.dice.chance(0.95)) this.#reserve(life, { ...call, heldNanoUsd: item.nanoUsd });
    else {
      life.desk.forgo(id);
      this.#world.counts.refused++;
    }
  }

  #confirm(life: Life): void {
    const sentAt = this.#moment();
    this.#carry(() => {
      const answer = this.#world.authority.confirm(this.name, life.epoch, this.#world.nowMs);
      this.#carry(() =>
        this.#at(life, 0, () => {
          if (answer === undefined) return;
          if (answer.lost !== life.lost) life.desk.lost();
          life.lost = answer.lost;
          life.desk.nodes = answer.nodes;
          life.confirmation.confirmed(sentAt);
        }),
      );
    });
  }

  /** What was sent stays in the journal until the authority has confirmed it. */
  #ship(): void {
    const entries = this.#journal.slice(Math.max(0, this.#shipped - this.#world.dice.below(3)));
    const reaches = this.#journal.length;
    this.#carry(() => {
      this.#world.authority.read(this.name, entries);
      this.#carry(() => {
        this.#shipped = Math.max(this.#shipped, reaches);
      });
    });
  }
}

const heldOf = ({ id, counters, heldNanoUsd }: Call): HeldRecord => ({
  kind: 'held',
  attemptId: id,
  exchangeId: id,
  orgId: 'o',
  atMs: 0,
  target: 'p/m',
  priceVersion: 'v',
  scopes: [],
  nanoUsd: heldNanoUsd,
  inputNanoUsd: 0n,
  counters,
});

/** What is lost with nodes whose leases were given to others, before they are. */
export const forgiveSilent = (world: LeaseWorld, nodes: readonly LeaseNode[]): void => {
  const before = new Map(nodes.map((node) => [node.name, node.unread()]));
  for (const name of world.authority.expire(world.nowMs, leaseMs + guardMs))
    for (const [counter, nanoUsd] of before.get(name) ?? []) world.forgive(counter, nanoUsd);
};
