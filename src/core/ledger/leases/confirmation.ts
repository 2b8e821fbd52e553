/** One moment by two clocks: one that never goes back, and the time of day, which goes on while a machine sleeps. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/**
 * How sure a node may be that it still has its leases. They are its own for `keepMs` after the authority last heard of it; a node that was paused cannot
 * tell but by asking, and asks when half of `leaseMs` has passed.
 */
export class Confirmation {
  readonly #leaseMs: number;
  readonly #keepMs: number;
  #last: Moment | undefined;

  constructor(leaseMs: number, keepMs = leaseMs) {
    this.#leaseMs = leaseMs;
    this.#keepMs = keepMs;
  }

  /** The authority has heard of the node: what was sent at `sentAt` has been answered. */
  confirmed(sentAt: Moment): void {
    this.#last = sentAt;
  }

  /** `sure`: its leases may be spent. `ask`: the authority should be asked first. `lapsed`: nothing may be spent until it has answered. */
  at(now: Moment): 'sure' | 'ask' | 'lapsed' {
    if (this.#last === undefined) return 'lapsed';
    const byWall = now.wallMs - this.#last.wallMs;
    const byMonotonic = now.monotonicMs - this.#last.monotonicMs;
    const passedMs = Math.max(byWall, byMonotonic);
    if (passedMs * 2 <= this.#leaseMs) return 'sure';
    return passedMs <= this.#keepMs ? 'ask' : 'lapsed';
  }
}
