/** A counter as the authority keeps it, with one node's lease on it. Nano-dollars. */
export interface LeasedCounter {
  readonly settledNanoUsd: bigint;
  /** What all leases on it, this one too, have left. */
  readonly heldNanoUsd: bigint;
  /** All that the node was ever given, less what it gave back. */
  readonly grantedNanoUsd: bigint;
  /** What the node's calls were charged, as far as the authority knows. */
  readonly usedNanoUsd: bigint;
  /** The node's last order that was carried out. */
  readonly sequence: number;
}

/** What a node wants of one counter. Everything in it is a state, not a step, so that one which is carried out twice does no harm. */
export interface LeaseOrder {
  readonly orgId: string;
  readonly counter: string;
  readonly limitNanoUsd: bigint;
  /** All that the node's calls were charged or have set aside on this lease: what it cannot give back. */
  readonly keepNanoUsd: bigint;
  /** Gives back what is granted beyond it. */
  readonly returns: boolean;
  /** Wants a stock for calls to come, when there is plenty. */
  readonly stock: boolean;
}

/** What one call needs of the order at a place, beyond what the node keeps. */
export interface LeaseNeed {
  readonly at: number;
  readonly nanoUsd: bigint;
}

export interface LeaseRequest {
  /** Goes up with every request of a node: one that was overtaken by a later one is not carried out any more. */
  readonly sequence: number;
  /** Sorted by counter. */
  readonly orders: readonly LeaseOrder[];
  /** Each is the needs of one call: met as a whole or not at all, in this order. */
  readonly needs: readonly (readonly LeaseNeed[])[];
}

export const noLease = { grantedNanoUsd: 0n, usedNanoUsd: 0n, sequence: 0 };

/** What a lease has left: it is held on its counter. */
export const leftOf = ({
  grantedNanoUsd,
  usedNanoUsd,
}: Pick<LeasedCounter, 'grantedNanoUsd' | 'usedNanoUsd'>): bigint =>
  grantedNanoUsd > usedNanoUsd ? grantedNanoUsd - usedNanoUsd : 0n;

/** A stock is one percent of the limit, and less near its end: half of what is left, shared by all nodes. */
export const stockOf = (limitNanoUsd: bigint, leftNanoUsd: bigint, nodes: number): bigint => {
  const share = leftNanoUsd / BigInt(2 * Math.max(1, nodes));
  const most = limitNanoUsd / 100n;
  const stock = share < most ? share : most;
  return stock > 0n ? stock : 0n;
};

/**
 * Carries out a node's request on counters that nobody else changes meanwhile; answers how they stand afterwards, in the order of `orders`. Never lets
 * `settled + held` of a counter rise beyond its limit.
 */
export const grantLeases = (
  { sequence, orders, needs }: LeaseRequest,
  counters: readonly LeasedCounter[],
  nodes: number,
): readonly LeasedCounter[] => {
  if (counters.some((counter) => counter.sequence >= sequence)) return counters;
  const granting = orders.map((order, at) => new Granting(order, counters[at] ?? unknown));
  for (const need of needs) {
    const asked = need.flatMap(({ at, nanoUsd }) => {
      const on = granting[at];
      return on === undefined ? [] : [{ on, nanoUsd }];
    });
    if (!asked.every(({ on, nanoUsd }) => on.fits(nanoUsd))) continue;
    for (const { on, nanoUsd } of asked) on.give(nanoUsd);
  }
  return granting.map((each) => each.end(sequence, nodes));
};

const unknown: LeasedCounter = { settledNanoUsd: 0n, heldNanoUsd: 0n, ...noLease };

/** One counter while a request is carried out. */
class Granting {
  readonly #order: LeaseOrder;
  readonly #before: LeasedCounter;
  readonly #othersNanoUsd: bigint;
  #granted: bigint;

  constructor(order: LeaseOrder, before: LeasedCounter) {
    this.#order = order;
    this.#before = before;
    this.#othersNanoUsd = before.settledNanoUsd + before.heldNanoUsd - leftOf(before);
    const { grantedNanoUsd, usedNanoUsd } = before;
    // What was charged is gone: it cannot be given back.
    const floor = smaller(grantedNanoUsd, usedNanoUsd);
    const kept = larger(order.keepNanoUsd, floor);
    const wanted = order.returns || kept > grantedNanoUsd ? kept : grantedNanoUsd;
    // More is kept than was ever granted when calls ended dearer than they were held: covered as far as there is room.
    this.#granted =
      wanted <= grantedNanoUsd ? wanted : grantedNanoUsd + smaller(wanted - grantedNanoUsd, this.#room(grantedNanoUsd));
  }

  /** Whether the call can be covered, and all that the node keeps with it. */
  fits(nanoUsd: bigint): boolean {
    const { keepNanoUsd, limitNanoUsd } = this.#order;
    return this.#granted >= keepNanoUsd && this.#others(this.#granted + nanoUsd) <= limitNanoUsd;
  }

  give(nanoUsd: bigint): void {
    this.#granted += nanoUsd;
  }

  end(sequence: number, nodes: number): LeasedCounter {
    const { limitNanoUsd, stock } = this.#order;
    if (stock) this.#granted += stockOf(limitNanoUsd, limitNanoUsd - this.#others(this.#granted), nodes);
    const { settledNanoUsd, usedNanoUsd } = this.#before;
    return {
      settledNanoUsd,
      heldNanoUsd: this.#others(this.#granted) - settledNanoUsd,
      grantedNanoUsd: this.#granted,
      usedNanoUsd,
      sequence,
    };
  }

  /** What would stand on the counter if so much were granted. */
  #others(granted: bigint): bigint {
    return this.#othersNanoUsd + leftOf({ grantedNanoUsd: granted, usedNanoUsd: this.#before.usedNanoUsd });
  }

  /** How much more than `granted` there is room for: what was charged beyond the lease stands on the counter already. */
  #room(granted: bigint): bigint {
    const { usedNanoUsd } = this.#before;
    const debt = usedNanoUsd > granted ? usedNanoUsd - granted : 0n;
    const free = this.#order.limitNanoUsd - this.#others(granted);
    return debt + (free > 0n ? free : 0n);
  }
}

const larger = (one: bigint, other: bigint): bigint => {
  if (one > other) return one;
  return other;
};

const smaller = (one: bigint, other: bigint): bigint => {
  if (one < other) return one;
  return other;
};
