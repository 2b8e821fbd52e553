import type { Counter } from '../books.ts';
import { type LeasedCounter, type LeaseOrder, stockOf } from './grant-leases.ts';

/** A budget that a call needs money of. */
export interface LeaseItem {
  readonly orgId: string;
  readonly counter: string;
  readonly limitNanoUsd: bigint;
  /** When the budget's window ends, milliseconds since 1970. */
  readonly endMs?: number | undefined;
  readonly nanoUsd: bigint;
}

/** Spent for good, unless somebody raises the limit. */
const spentMemoryMs = 2000;
/** Others may give some of it back any moment. */
const refusedMemoryMs = 250;

/** What one node has of one counter. It counts nothing itself: charges and holds stand in the node's books. */
export class Lease {
  readonly orgId: string;
  readonly counter: string;
  readonly endMs: number | undefined;
  readonly #standing: () => Counter;
  /** What the node's calls were charged before it had a lease. */
  readonly #baseNanoUsd: bigint;
  #grantedNanoUsd = 0n;
  #promisedNanoUsd = 0n;
  #limitNanoUsd: bigint;
  #known = false;
  /** Lost while a request was under way: its answer may be older than the loss. */
  #deaf = false;
  #seen: LeasedCounter | undefined;
  #refused: { readonly untilMs: number; readonly limitNanoUsd: bigint; readonly leftNanoUsd: bigint } | undefined;
  /** The largest hold of late. */
  #usualNanoUsd = 0n;
  /** A request about it is under way. */
  busy = false;
  usedAtMs: number;

  constructor(item: LeaseItem, standing: () => Counter, nowMs: number) {
    this.orgId = item.orgId;
    this.counter = item.counter;
    this.endMs = item.endMs;
    this.#limitNanoUsd = item.limitNanoUsd;
    this.#standing = standing;
    this.#baseNanoUsd = standing().settled;
    this.usedAtMs = nowMs;
  }

  /** Its calls were charged before there was a lease: the authority must have read of it before one is granted. */
  get beganCharged(): boolean {
    return this.#baseNanoUsd > 0n && !this.#known;
  }

  /** What new calls may take. */
  get freeNanoUsd(): bigint {
    return this.#known ? this.#grantedNanoUsd - this.#keptNanoUsd : 0n;
  }

  /** How the counter stood when the authority last spoke of it. */
  get seen(): LeasedCounter | undefined {
    return this.#seen;
  }

  get limitNanoUsd(): bigint {
    return this.#limitNanoUsd;
  }

  /** What calls here were charged since, which the authority had not read of then. */
  get unreadNanoUsd(): bigint {
    const charged = this.#standing().settled - this.#baseNanoUsd;
    const read = this.#seen?.usedNanoUsd ?? 0n;
    return charged > read ? charged - read : 0n;
  }

  /** Nothing here runs, nothing is free, and the authority knows of every charge. */
  get isOver(): boolean {
    return (
      this.#known &&
      !this.busy &&
      this.freeNanoUsd === 0n &&
      this.#standing().held === 0n &&
      this.unreadNanoUsd === 0n &&
      this.#promisedNanoUsd === 0n
    );
  }

  /** A limit that was lowered since must be asked about first. */
  covers({ limitNanoUsd, nanoUsd }: Pick<LeaseItem, 'limitNanoUsd' | 'nanoUsd'>): boolean {
    return limitNanoUsd >= this.#limitNanoUsd && nanoUsd <= this.freeNanoUsd;
  }

  /** Whether the authority has said a moment ago that there is not so much. */
  refuses({ limitNanoUsd, nanoUsd }: Pick<LeaseItem, 'limitNanoUsd' | 'nanoUsd'>, nowMs: number): boolean {
    const refused = this.#refused;
    if (refused === undefined || nowMs >= refused.untilMs || limitNanoUsd > refused.limitNanoUsd) return false;
    return this.freeNanoUsd + refused.leftNanoUsd < nanoUsd;
  }

  /** Sets aside for a call that is about to reserve. */
  promise(nanoUsd: bigint): void {
    this.#promisedNanoUsd += nanoUsd;
  }

  used(nanoUsd: bigint, nowMs: number): void {
    this.usedAtMs = nowMs;
    // An unusual hold is forgotten by and by.
    this.#usualNanoUsd = nanoUsd > this.#usualNanoUsd ? nanoUsd : this.#usualNanoUsd - this.#usualNanoUsd / 16n;
  }

  /** Whether its stock runs low, and there is enough left for one that is worth having. */
  wantsStock(nodes: number): boolean {
    const stock = this.#stock(nodes);
    return this.#known && !this.busy && stock > 0n && stock >= this.#usualNanoUsd && this.freeNanoUsd * 2n < stock;
  }

  /** Whether so little is left for all that this node should have nothing in stock. */
  isTight(nodes: number): boolean {
    return !this.busy && this.freeNanoUsd > 0n && this.#stock(nodes) < this.#usualNanoUsd;
  }

  /** `returns` gives back what no call has set aside: until the answer comes, no call may take of it. */
  order(limitNanoUsd: bigint, { returns, stock }: { readonly returns: boolean; readonly stock: boolean }): LeaseOrder {
    this.busy = true;
    this.#limitNanoUsd = limitNanoUsd;
    const keepNanoUsd = this.#keptNanoUsd;
    if (returns && keepNanoUsd < this.#grantedNanoUsd) this.#grantedNanoUsd = keepNanoUsd;
    return { orgId: this.orgId, counter: this.counter, limitNanoUsd, keepNanoUsd, returns, stock };
  }

  /** The answer to the request that is under way; undefined when none came, and nobody knows whether it was carried out. */
  answered(counter: LeasedCounter | undefined): void {
    const deaf = this.#deaf;
    this.busy = false;
    this.#deaf = false;
    if (counter === undefined || deaf) return;
    this.#grantedNanoUsd = counter.grantedNanoUsd;
    this.#known = true;
    this.#seen = counter;
  }

  /** The authority would not cover a call. */
  refused(nanoUsd: bigint, nowMs: number): void {
    if (this.#seen === undefined || this.freeNanoUsd >= nanoUsd) return;
    const { settledNanoUsd, heldNanoUsd } = this.#seen;
    const limitNanoUsd = this.#limitNanoUsd;
    const untilMs = nowMs + (settledNanoUsd + nanoUsd > limitNanoUsd ? spentMemoryMs : refusedMemoryMs);
    const left = limitNanoUsd - settledNanoUsd - heldNanoUsd;
    this.#refused = { untilMs, limitNanoUsd, leftNanoUsd: left > 0n ? left : 0n };
  }

  /** It may have been given to others: nothing of it may be spent until the authority has spoken. */
  lost(): void {
    this.#known = false;
    this.#deaf = this.busy;
  }

  get #keptNanoUsd(): bigint {
    const { settled, held } = this.#standing();
    return settled - this.#baseNanoUsd + held + this.#promisedNanoUsd;
  }

  #stock(nodes: number): bigint {
    if (this.#seen === undefined) return 0n;
    const { settledNanoUsd, heldNanoUsd } = this.#seen;
    return stockOf(this.#limitNanoUsd, this.#limitNanoUsd - settledNanoUsd - heldNanoUsd, nodes);
  }
}
