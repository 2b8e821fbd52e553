import type { Clock } from '../../ports/clock.ts';

/** A correction smaller than this is not worth another try: services allow some minutes. */
const smallestMs = 30_000;

/** How far other parties' clocks are from ours, learned from the `Date` of their refusals. */
export class ClockSkew {
  readonly #clock: Clock;
  readonly #offsets = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The time a party has, as far as is known. */
  nowMs(party: string): number {
    return this.#clock.wallMs() + (this.#offsets.get(party) ?? 0);
  }

  /** Takes a party's `Date` header. True when that changes its time enough that another try makes sense. */
  learn(party: string, date: string | undefined): boolean {
    const theirsMs = Date.parse(date ?? '');
    if (Number.isNaN(theirsMs) || Math.abs(theirsMs - this.nowMs(party)) < smallestMs) return false;
    this.#offsets.set(party, theirsMs - this.#clock.wallMs());
    return true;
  }
}
