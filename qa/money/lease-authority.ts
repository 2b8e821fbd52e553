import {
  grantLeases,
  type LeasedCounter,
  type LeaseRequest,
  leftOf,
  noLease,
} from '../../src/core/ledger/leases/grant-leases.ts';

/** A rule that is broken on purpose: the proof must notice each. */
export const faults = ['carries-out-twice', 'releases-before-reading', 'spends-what-it-gives-back'] as const;
export type Fault = (typeof faults)[number];

export interface Entry {
  readonly attemptId: string;
  readonly counters: readonly string[];
  readonly nanoUsd: bigint;
}

interface Row {
  settled: bigint;
  held: bigint;
}

interface LeaseRow {
  readonly counter: string;
  readonly node: string;
  readonly epoch: number;
  granted: bigint;
  used: bigint;
  sequence: number;
}

/** The database of many nodes, as far as money goes: the rules of the real one in one place without it. */
export class LeaseAuthority {
  readonly counters = new Map<string, Row>();
  readonly entries = new Map<string, bigint>();
  readonly #leases = new Map<string, LeaseRow>();
  readonly #nodes = new Map<string, { epoch: number; heardMs: number; lost: number }>();
  readonly #fault: Fault | undefined;
  up = true;

  constructor(fault: Fault | undefined) {
    this.#fault = fault;
  }

  /** A node's start: everything it had is written down by now, so what its earlier lives had left is free. */
  join(node: string, nowMs: number): number {
    const epoch = (this.#nodes.get(node)?.epoch ?? 0) + 1;
    this.#nodes.set(node, { epoch, heardMs: nowMs, lost: 0 });
    this.release(node, epoch);
    return epoch;
  }

  confirm(node: string, epoch: number, nowMs: number): { readonly lost: number; readonly nodes: number } | undefined {
    const known = this.#nodes.get(node);
    if (known?.epoch !== epoch) return undefined;
    known.heardMs = nowMs;
    return { lost: known.lost, nodes: this.#nodes.size };
  }

  order(node: string, epoch: number, request: LeaseRequest): readonly LeasedCounter[] | undefined {
    if (this.#nodes.get(node)?.epoch !== epoch) return undefined;
    const rows = request.orders.map(({ counter }) => ({
      row: this.#row(counter),
      lease: this.#lease(counter, node, epoch),
    }));
    const before = rows.map(({ row, lease }): LeasedCounter => standing(row, lease));
    const blind = this.#fault === 'carries-out-twice' ? before.map((each) => ({ ...each, sequence: 0 })) : before;
    const after = grantLeases(request, blind, this.#nodes.size);
    for (const [at, { row, lease }] of rows.entries()) {
      const now = after[at];
      if (now === undefined) continue;
      row.held = now.heldNanoUsd;
      lease.granted = now.grantedNanoUsd;
      lease.sequence = now.sequence;
    }
    return after;
  }

  /** Reads a node's journal; what was read before changes nothing. */
  read(node: string, entries: readonly Entry[]): void {
    for (const { attemptId, counters, nanoUsd } of entries) {
      if (this.entries.has(attemptId)) continue;
      this.entries.set(attemptId, nanoUsd);
      for (const counter of counters) this.#charge(node, counter, nanoUsd);
    }
  }

  /** Gives up leases of a node's earlier lives, or all of a node that left. */
  release(node: string, beforeEpoch: number): void {
    for (const [id, lease] of this.#leases) {
      if (lease.node !== node || lease.epoch >= beforeEpoch) continue;
      this.#row(lease.counter).held -= leftOf(amounts(lease));
      this.#leases.delete(id);
    }
  }

  leave(node: string): void {
    this.release(node, Number.POSITIVE_INFINITY);
    this.#nodes.delete(node);
  }

  /** Takes from nodes that were silent for too long; answers who. */
  expire(nowMs: number, afterMs: number): readonly string[] {
    const silent = [...this.#nodes].filter(([, { heardMs }]) => nowMs - heardMs > afterMs);
    for (const [node, known] of silent) {
      known.lost++;
      known.heardMs = nowMs;
      for (const lease of this.#leases.values()) {
        if (lease.node !== node) continue;
        this.#row(lease.counter).held -= leftOf(amounts(lease));
        if (lease.granted > lease.used) lease.granted = lease.used;
      }
    }
    return silent.map(([node]) => node);
  }

  /** What all leases on a counter have left, counted anew. */
  leftOn(counter: string): bigint {
    let left = 0n;
    for (const lease of this.#leases.values()) if (lease.counter === counter) left += leftOf(amounts(lease));
    return left;
  }

  #charge(node: string, counter: string, nanoUsd: bigint): void {
    const row = this.#row(counter);
    row.settled += nanoUsd;
    const lease = [...this.#leases.values()]
      .filter((each) => each.node === node && each.counter === counter)
      .toSorted((one, other) => other.epoch - one.epoch)[0];
    if (lease === undefined) return;
    const before = leftOf(amounts(lease));
    lease.used += nanoUsd;
    row.held -= before - leftOf(amounts(lease));
  }

  #row(counter: string): Row {
    const known = this.counters.get(counter);
    if (known !== undefined) return known;
    const made = { settled: 0n, held: 0n };
    this.counters.set(counter, made);
    return made;
  }

  #lease(counter: string, node: string, epoch: number): LeaseRow {
    const id = `${counter}|${node}|${epoch}`;
    const known = this.#leases.get(id);
    if (known !== undefined) return known;
    const made = {
      counter,
      node,
      epoch,
      granted: noLease.grantedNanoUsd,
      used: noLease.usedNanoUsd,
      sequence: noLease.sequence,
    };
    this.#leases.set(id, made);
    return made;
  }
}

const amounts = ({ granted, used }: LeaseRow) => ({ grantedNanoUsd: granted, usedNanoUsd: used });

const standing = ({ settled, held }: Row, lease: LeaseRow): LeasedCounter => ({
  settledNanoUsd: settled,
  heldNanoUsd: held,
  ...amounts(lease),
  sequence: lease.sequence,
});
