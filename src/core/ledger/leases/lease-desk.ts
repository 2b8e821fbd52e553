import type { Books } from '../books.ts';
import type { LeasedCounter, LeaseNeed, LeaseOrder, LeaseRequest } from './grant-leases.ts';
import { Lease, type LeaseItem } from './lease.ts';

export type { LeaseItem } from './lease.ts';

/** What comes of a call's ask. `covered`: it may reserve at once. `refused`: no budget has so much. `waits`: the authority must be asked first. */
export type AskOutcome = 'covered' | 'refused' | 'waits';

interface Ask {
  readonly id: string;
  readonly items: readonly LeaseItem[];
}

/** Asks that were decided by an answer. */
export interface Decided {
  readonly covered: readonly string[];
  readonly refused: readonly string[];
}

/** A request that is to be sent. */
export interface Outgoing extends LeaseRequest {
  /** The authority must have read all charges of this node first. */
  readonly readFirst: boolean;
}

/** So many calls are asked for at once, and so many counters looked after. */
const mostAsks = 64;
const mostOrders = 200;
/** What nobody used for so long is given back. */
const idleMs = 30_000;
/** Answers of a window that is over may still run; a clock may be a little behind. */
const pastMs = 5000;

/**
 * All leases of one node. Says which calls may reserve at once, which must wait for the authority, and what it is to be asked: what waiting calls need
 * first, then stocks that run low and what is to be given back. Knows neither time nor network: both are told.
 */
export class LeaseDesk {
  readonly #books: Pick<Books, 'counter'>;
  readonly #leases = new Map<string, Lease>();
  readonly #underWay = new Map<number, readonly Ask[]>();
  readonly #promised = new Map<string, readonly LeaseItem[]>();
  readonly #due = new Set<Lease>();
  #waiting: Ask[] = [];
  #sequence = 0;
  /** Nodes that are alive: they share what is left. */
  nodes = 1;

  constructor(books: Pick<Books, 'counter'>) {
    this.#books = books;
  }

  lease(counter: string): Lease | undefined {
    return this.#leases.get(counter);
  }

  /** Whether something is to be sent. */
  get pending(): boolean {
    return this.#waiting.length > 0 || this.#due.size > 0;
  }

  /** Of a call that waits, `id` is told when the answer has come; then it may reserve. */
  ask(id: string, items: readonly LeaseItem[], nowMs: number): AskOutcome {
    if (this.covers(items)) return 'covered';
    const refused = items.some((item) => this.#leases.get(item.counter)?.refuses(item, nowMs) === true);
    if (refused) return 'refused';
    for (const item of items) this.#leaseOf(item, nowMs);
    this.#waiting.push({ id, items });
    return 'waits';
  }

  covers(items: readonly LeaseItem[]): boolean {
    return items.every((item) => this.#leases.get(item.counter)?.covers(item) === true);
  }

  /** The call reserves now, or never: what was kept for it is free for all. */
  redeem(id: string): void {
    const items = this.#promised.get(id);
    if (items === undefined) return;
    this.#promised.delete(id);
    for (const { counter, nanoUsd } of items) this.#leases.get(counter)?.promise(-nanoUsd);
  }

  /** A call that waited has gone. */
  forgo(id: string): void {
    this.#waiting = this.#waiting.filter((ask) => ask.id !== id);
    this.redeem(id);
  }

  /** Something was taken of a counter. */
  took(counter: string, nanoUsd: bigint, nowMs: number): void {
    const lease = this.#leases.get(counter);
    if (lease === undefined) return;
    lease.used(nanoUsd, nowMs);
    if (lease.wantsStock(this.nodes)) this.#due.add(lease);
  }

  /** A call has ended: near the limit, what it leaves is for whoever comes first, on any node. */
  ended(counter: string): void {
    const lease = this.#leases.get(counter);
    if (lease?.isTight(this.nodes) === true) this.#due.add(lease);
  }

  /** A call that runs needs so much more than its node has: it is asked for while the call goes on. */
  wants(item: LeaseItem, nowMs: number): void {
    const id = `more:${item.counter}`;
    if (this.#leases.get(item.counter)?.busy === true || this.#waiting.some((ask) => ask.id === id)) return;
    this.ask(id, [item], nowMs);
  }

  /** Now and then: finds what lies idle and what is over. Answers counters that need not be known any more. */
  sweep(nowMs: number, wallMs: number): readonly Lease[] {
    const over: Lease[] = [];
    for (const lease of this.#leases.values()) {
      const past = lease.endMs !== undefined && wallMs > lease.endMs + pastMs;
      if (past && lease.isOver) over.push(lease);
      else if (!lease.busy && (past || nowMs - lease.usedAtMs > idleMs) && (lease.freeNanoUsd > 0n || past))
        this.#due.add(lease);
      else if (lease.wantsStock(this.nodes)) this.#due.add(lease);
    }
    for (const { counter } of over) this.#leases.delete(counter);
    return over;
  }

  /** The next request; undefined when nothing is to be asked that is not being asked already. */
  next(nowMs: number): Outgoing | undefined {
    const asks = this.#asksToSend();
    const chosen = new Map<string, { readonly lease: Lease; readonly limitNanoUsd: bigint }>();
    for (const { items } of asks) for (const item of items) this.#choose(chosen, item, nowMs);
    if (asks.length === 0) this.#chooseDue(chosen);
    if (chosen.size === 0) return undefined;
    const sorted = [...chosen.values()].toSorted((one, other) => (orderOf(one.lease) < orderOf(other.lease) ? -1 : 1));
    const readFirst = sorted.some(({ lease }) => lease.beganCharged);
    const orders = sorted.map(({ lease, limitNanoUsd }) => this.#order(lease, limitNanoUsd, asks.length > 0, nowMs));
    const places = new Map(orders.map(({ counter }, at) => [counter, at]));
    const needs = asks.map(({ items }) =>
      items.flatMap(({ counter, nanoUsd }): readonly LeaseNeed[] => {
        const at = places.get(counter);
        return at === undefined ? [] : [{ at, nanoUsd }];
      }),
    );
    const sequence = ++this.#sequence;
    this.#underWay.set(sequence, asks);
    return { sequence, orders, needs, readFirst };
  }

  answered({ sequence, orders }: LeaseRequest, counters: readonly LeasedCounter[], nowMs: number): Decided {
    for (const [at, { counter }] of orders.entries()) this.#leases.get(counter)?.answered(counters[at]);
    const covered: string[] = [];
    const refused: string[] = [];
    for (const ask of this.#take(sequence)) {
      if (this.covers(ask.items)) {
        this.#promise(ask);
        covered.push(ask.id);
        continue;
      }
      for (const { counter, nanoUsd } of ask.items) this.#leases.get(counter)?.refused(nanoUsd, nowMs);
      refused.push(ask.id);
    }
    return { covered, refused };
  }

  /** Nobody knows whether it was carried out: what was to be given back is not spent until the next answer tells. Answers whose asks these were. */
  failed({ sequence, orders }: LeaseRequest): readonly string[] {
    for (const { counter } of orders) this.#leases.get(counter)?.answered(undefined);
    return this.#take(sequence).map(({ id }) => id);
  }

  /** Leases of this node were given to others. */
  lost(): void {
    for (const lease of this.#leases.values()) lease.lost();
  }

  #take(sequence: number): readonly Ask[] {
    const asks = this.#underWay.get(sequence) ?? [];
    this.#underWay.delete(sequence);
    return asks;
  }

  #promise({ id, items }: Ask): void {
    // Nobody comes for what a running call wants: it takes when it passes next.
    if (id.startsWith('more:')) return;
    for (const { counter, nanoUsd } of items) this.#leases.get(counter)?.promise(nanoUsd);
    this.#promised.set(id, items);
  }

  #asksToSend(): readonly Ask[] {
    const free = ({ items }: Ask): boolean => items.every(({ counter }) => this.#leases.get(counter)?.busy !== true);
    const asks: Ask[] = [];
    const left: Ask[] = [];
    for (const ask of this.#waiting) (asks.length < mostAsks && free(ask) ? asks : left).push(ask);
    this.#waiting = left;
    return asks;
  }

  #choose(
    chosen: Map<string, { readonly lease: Lease; readonly limitNanoUsd: bigint }>,
    item: LeaseItem,
    nowMs: number,
  ): void {
    // Of two views of a limit the last one counts.
    chosen.set(item.counter, { lease: this.#leaseOf(item, nowMs), limitNanoUsd: item.limitNanoUsd });
  }

  #chooseDue(chosen: Map<string, { readonly lease: Lease; readonly limitNanoUsd: bigint }>): void {
    for (const lease of this.#due) {
      this.#due.delete(lease);
      if (!lease.busy) chosen.set(lease.counter, { lease, limitNanoUsd: lease.limitNanoUsd });
      if (chosen.size >= mostOrders) return;
    }
  }

  #order(lease: Lease, limitNanoUsd: bigint, asked: boolean, nowMs: number): LeaseOrder {
    this.#due.delete(lease);
    if (asked) return lease.order(limitNanoUsd, { returns: true, stock: true });
    const idle = nowMs - lease.usedAtMs > idleMs;
    const stock = !idle && lease.wantsStock(this.nodes);
    return lease.order(limitNanoUsd, { returns: !stock, stock });
  }

  #leaseOf(item: LeaseItem, nowMs: number): Lease {
    const known = this.#leases.get(item.counter);
    if (known !== undefined) return known;
    const made = new Lease(item, () => this.#books.counter(item.counter), nowMs);
    this.#leases.set(item.counter, made);
    return made;
  }
}

/** In one order on all nodes, so that no two wait for each other. */
const orderOf = ({ orgId, counter }: Lease): string => `${orgId}\n${counter}`;
