/** How a breaker stands: `closed` lets calls through, `half-open` lets one through to see, `open` none. */
export type BreakerState = 'closed' | 'half-open' | 'open';

export interface BreakerRule {
  /** Failures within the window that open it, when they are at least half of the calls… */
  readonly failures: number;
  /** …or so many one after the other. */
  readonly inARow: number;
  readonly windowMs: number;
  /** The first time it is open; doubles with every probe that fails. */
  readonly openMs: number;
  readonly longestMs: number;
  /** So many failures of the window open it, however many calls went well. */
  readonly whateverElse?: boolean;
}

/**
 * Keeps calls away from a target that fails. It opens when enough calls of the window failed, lets one probe through when its time is over, and
 * closes when a probe succeeds. Times come from outside, milliseconds on any clock that never goes back.
 */
export class Breaker {
  #rule: BreakerRule;
  #windowFromMs: number | undefined;
  #failures = 0;
  #inARow = 0;
  #openUntilMs: number | undefined;
  #openForMs = 0;
  #probing = false;

  constructor(rule: BreakerRule) {
    this.#rule = rule;
  }

  /** Routes may have rules of their own for one target: the last one told is in force. */
  follow(rule: BreakerRule): void {
    this.#rule = rule;
  }

  state(nowMs: number): BreakerState {
    if (this.#openUntilMs === undefined) return 'closed';
    return nowMs < this.#openUntilMs || this.#probing ? 'open' : 'half-open';
  }

  /** When a probe may go out; undefined while it is closed. */
  get openUntilMs(): number | undefined {
    return this.#openUntilMs;
  }

  /** A call goes out. The answer is how the breaker stood, which whoever sent the call gives back when it ends. */
  began(nowMs: number): BreakerState {
    const state = this.state(nowMs);
    if (state === 'half-open') this.#probing = true;
    return state;
  }

  succeeded(began: BreakerState): void {
    if (began !== 'closed') {
      this.#close();
      return;
    }
    this.#inARow = 0;
  }

  /** `successes` are those of the target within the window. */
  failed(nowMs: number, began: BreakerState, successes: number): void {
    if (began === 'half-open') {
      this.#open(nowMs, Math.min(this.#openForMs * 2, this.#rule.longestMs));
      return;
    }
    // Calls that were under way when it opened, or went out all the same, say nothing new.
    if (this.#openUntilMs !== undefined) return;
    this.#roll(nowMs);
    this.#failures += 1;
    this.#inARow += 1;
    const { failures, inARow, openMs, whateverElse } = this.#rule;
    const mostFail = this.#failures >= failures && (whateverElse === true || this.#failures >= successes);
    if (mostFail || this.#inARow >= inARow) this.#open(nowMs, openMs);
  }

  /** A call ended without telling anything: after a probe the next call may be one. */
  abandoned(began: BreakerState): void {
    if (began === 'half-open') this.#probing = false;
  }

  /** A provider that says when to come back is not asked before. */
  holdUntil(untilMs: number, nowMs: number): void {
    const ms = Math.min(untilMs - nowMs, this.#rule.longestMs);
    if (ms > 0 && (this.#openUntilMs ?? 0) < nowMs + ms) this.#open(nowMs, ms);
  }

  /** Somebody else found it well: the next call may be a probe. */
  ready(nowMs: number): void {
    if (this.#openUntilMs !== undefined) this.#openUntilMs = Math.min(this.#openUntilMs, nowMs);
  }

  #roll(nowMs: number): void {
    if (this.#windowFromMs !== undefined && nowMs - this.#windowFromMs <= this.#rule.windowMs) return;
    this.#windowFromMs = nowMs;
    this.#failures = 0;
  }

  #open(nowMs: number, ms: number): void {
    this.#openUntilMs = nowMs + ms;
    this.#openForMs = ms;
    this.#probing = false;
    this.#failures = 0;
    this.#inARow = 0;
  }

  #close(): void {
    this.#openUntilMs = undefined;
    this.#openForMs = 0;
    this.#probing = false;
    this.#windowFromMs = undefined;
  }
}
