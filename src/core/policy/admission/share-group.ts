/** One of those who share places. */
export interface Member {
  /** Places it has. */
  taken: number;
}

/** Half of what was seen is forgotten after so long. */
const forgetMs = 10_000;

/**
 * Those who share places, and how many all but the largest of them had at one time of late. So many are kept free of the largest: without it, everybody else would
 * wait for one of its calls to end each time.
 */
export class ShareGroup<Of extends Member> {
  readonly members = new Map<string, Of>();
  #taken = 0;
  #largest: Of | undefined;
  #othersPeak = 0;
  #peakAtMs = 0;

  of(name: string, make: () => Of): Of {
    const known = this.members.get(name);
    if (known !== undefined) return known;
    const made = make();
    this.members.set(name, made);
    return made;
  }

  /** Whether a member may have one more of all the places. It always may up to an equal part, in which one who may come is reckoned with. */
  mayTake(member: Of, capacity: number, nowMs: number): boolean {
    if (member.taken < capacity / (this.members.size + 1)) return true;
    return member.taken < capacity - this.#othersPeakAt(nowMs);
  }

  take(member: Of, nowMs: number): void {
    member.taken += 1;
    this.#taken += 1;
    if (this.#largest === undefined || member.taken > this.#largest.taken) this.#largest = member;
    const others = this.#taken - this.#largest.taken;
    if (others < this.#othersPeakAt(nowMs)) return;
    this.#othersPeak = others;
    this.#peakAtMs = nowMs;
  }

  leave(member: Of): void {
    member.taken -= 1;
    this.#taken -= 1;
    if (member !== this.#largest) return;
    for (const other of this.members.values()) if (other.taken > this.#largest.taken) this.#largest = other;
  }

  #othersPeakAt(nowMs: number): number {
    return this.#othersPeak * 0.5 ** ((nowMs - this.#peakAtMs) / forgetMs);
  }
}
