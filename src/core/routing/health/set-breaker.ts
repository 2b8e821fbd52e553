import type { CircuitSetting } from '../route.ts';
import type { Standing } from '../target-view.ts';
import type { BreakerState } from './breaker.ts';

/** What a call that failed tells a breaker: the provider's status, or the one clients are told where it said none. */
export interface CountedFailure {
  readonly status: number;
}

const closed: Standing = { state: 'closed' };

/**
 * A breaker whose numbers somebody chose. It counts calls within its cooling time, opens when enough of them failed, lets one probe through when that time
 * is over, and closes when a probe succeeds. Times come from outside, milliseconds on any clock that never goes back.
 */
export class SetBreaker {
  readonly #setting: CircuitSetting;
  #fromMs: number | undefined;
  #calls = 0;
  #failures = 0;
  #openUntilMs: number | undefined;
  #probing = false;

  constructor(setting: CircuitSetting) {
    this.#setting = setting;
  }

  standing(nowMs: number): Standing {
    const until = this.#openUntilMs;
    if (until === undefined) return closed;
    const state = nowMs < until || this.#probing ? 'open' : 'half-open';
    return { state, because: 'transient', readyAtMs: until };
  }

  /** A call goes out. The answer is how the breaker stood, which is given back when the call ends. */
  began(nowMs: number): BreakerState {
    const { state } = this.standing(nowMs);
    if (state === 'half-open') this.#probing = true;
    return state;
  }

  succeeded(nowMs: number, began: BreakerState): void {
    if (began !== 'closed') {
      this.#close();
      return;
    }
    this.#roll(nowMs);
    this.#calls += 1;
  }

  failed(nowMs: number, began: BreakerState, { status }: CountedFailure): void {
    const { statuses } = this.#setting;
    if (!(statuses?.includes(status) ?? status >= 500)) {
      this.succeeded(nowMs, began);
      return;
    }
    if (began === 'half-open') {
      this.#open(nowMs);
      return;
    }
    // Calls that were under way when it opened say nothing new.
    if (this.#openUntilMs !== undefined) return;
    this.#roll(nowMs);
    this.#calls += 1;
    this.#failures += 1;
    if (this.#isEnough()) this.#open(nowMs);
  }

  /** A call ended without telling anything: after a probe the next call may be one. */
  abandoned(began: BreakerState): void {
    if (began === 'half-open') this.#probing = false;
  }

  #isEnough(): boolean {
    const { failures, failurePercent, leastCalls } = this.#setting;
    if (failures !== undefined && this.#failures >= failures) return true;
    if (failurePercent === undefined || this.#calls < leastCalls) return false;
    return this.#failures * 100 >= failurePercent * this.#calls;
  }

  #roll(nowMs: number): void {
    if (this.#fromMs !== undefined && nowMs - this.#fromMs <= this.#setting.openMs) return;
    this.#fromMs = nowMs;
    this.#calls = 0;
    this.#failures = 0;
  }

  #open(nowMs: number): void {
    this.#openUntilMs = nowMs + this.#setting.openMs;
    this.#probing = false;
    this.#calls = 0;
    this.#failures = 0;
  }

  #close(): void {
    this.#openUntilMs = undefined;
    this.#probing = false;
    this.#fromMs = undefined;
  }
}
