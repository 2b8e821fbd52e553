import type { FailureClass } from '../../errors/failure-class.ts';
import type { BreakerSetting } from '../route.ts';
import type { Standing } from '../target-view.ts';
import { Breaker, type BreakerState } from './breaker.ts';
import { ruleFor } from './breaker-rules.ts';
import { type Pace, PaceSamples } from './pace.ts';

/** How the breakers stood when a call went out; those that were closed are not named. */
type Began = ReadonlyMap<FailureClass, BreakerState>;

/** What a call tells of its failure. */
export interface HealthFailure {
  readonly class: FailureClass;
  readonly retryAfterMs?: number | undefined;
  /** What a route says of breakers, in place of the usual rules. */
  readonly breaker?: BreakerSetting | undefined;
}

/** Failures that a probe that is answered speaks against. */
const ofSilence = ['transient', 'timeout', 'bad-response'] as const satisfies readonly FailureClass[];

/** For how long a failure makes a target one with recent failures. */
const recentMs = 30_000;

/** Failures are compared with the successes of about this time. */
const successWindowMs = 10_000;

/** Half of what an average knows is forgotten after so long without calls, so that a target that was slow once is tried again. */
const forgetMs = 30_000;

/** The weight of a new value in an average. */
const newShare = 0.2;

/** What is known of one target from the calls it got: how it stands with its breakers, how fast it begins, how much it has to do. */
export class TargetHealth {
  readonly #breakers = new Map<FailureClass, Breaker>();
  #inFlight = 0;
  #firstByteMs: number | undefined;
  #firstByteAtMs = 0;
  #tokensPerSecond: number | undefined;
  #successes = 0;
  #successesFromMs = 0;
  #failedAtMs: number | undefined;
  #tokensAtMs = 0;
  #latencies: PaceSamples | undefined;
  #speeds: PaceSamples | undefined;
  #minute = 0;
  #minuteRequests = 0;
  #minuteTokens = 0;

  standing(nowMs: number): Standing {
    let state: BreakerState = 'closed';
    let because: FailureClass | undefined;
    let readyAtMs: number | undefined;
    for (const [failureClass, breaker] of this.#breakers) {
      const own = breaker.state(nowMs);
      if (own === 'closed' || (own === 'half-open' && state !== 'closed')) continue;
      if (own === 'open' && state === 'open' && (readyAtMs ?? 0) >= (breaker.openUntilMs ?? 0)) continue;
      state = own;
      because = failureClass;
      readyAtMs = breaker.openUntilMs;
    }
    return because === undefined ? closed : { state, because, readyAtMs: readyAtMs ?? nowMs };
  }

  /** A probe was answered again: what kept calls away because nobody answered lets one through to see. */
  recovered(nowMs: number): void {
    for (const failureClass of ofSilence) this.#breakers.get(failureClass)?.ready(nowMs);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Undefined until a call has begun to be answered, and again after a long time without one. */
  firstByteMs(nowMs: number): number | undefined {
    if (this.#firstByteMs === undefined) return undefined;
    return this.#firstByteMs * 0.5 ** ((nowMs - this.#firstByteAtMs) / forgetMs);
  }

  /** The same: what was slow once seems quicker with time. */
  tokensPerSecond(nowMs: number): number | undefined {
    if (this.#tokensPerSecond === undefined) return undefined;
    return this.#tokensPerSecond / 0.5 ** ((nowMs - this.#tokensAtMs) / forgetMs);
  }

  /** How fast it was in the last five minutes. Sorts what was measured: asked only where a request has wishes. */
  pace(nowMs: number): Pace {
    const latencySeconds = this.#latencies?.percentiles(nowMs);
    const tokensPerSecond = this.#speeds?.percentiles(nowMs);
    return {
      ...(latencySeconds === undefined ? {} : { latencySeconds }),
      ...(tokensPerSecond === undefined ? {} : { tokensPerSecond }),
    };
  }

  /** Calls that went out since the minute began. */
  minuteRequests(nowMs: number): number {
    return this.#minute === minuteOf(nowMs) ? this.#minuteRequests : 0;
  }

  /** Tokens, in and out, of calls that ended since the minute began. */
  minuteTokens(nowMs: number): number {
    return this.#minute === minuteOf(nowMs) ? this.#minuteTokens : 0;
  }

  unstable(nowMs: number): boolean {
    return this.#failedAtMs !== undefined && nowMs - this.#failedAtMs < recentMs;
  }

  begin(nowMs: number): Flight {
    this.#inFlight += 1;
    this.#countFrom(nowMs);
    this.#minuteRequests += 1;
    let watched: Map<FailureClass, BreakerState> | undefined;
    for (const [failureClass, breaker] of this.#breakers) {
      const began = breaker.began(nowMs);
      if (began === 'closed') continue;
      watched ??= new Map();
      watched.set(failureClass, began);
    }
    return new Flight(this, watched ?? none);
  }

  /** For `Flight`. */
  answered(nowMs: number, firstByteMs: number | undefined, began: Began): void {
    if (firstByteMs !== undefined) {
      this.#firstByteMs = averaged(this.#firstByteMs, firstByteMs);
      this.#firstByteAtMs = nowMs;
      this.#latencies ??= new PaceSamples();
      this.#latencies.add(nowMs, firstByteMs / 1000);
    }
    if (nowMs - this.#successesFromMs > successWindowMs) {
      this.#successesFromMs = nowMs;
      this.#successes = 0;
    }
    this.#successes += 1;
    for (const [failureClass, breaker] of this.#breakers) breaker.succeeded(began.get(failureClass) ?? 'closed');
  }

  failed(nowMs: number, failure: HealthFailure, began: Began): void {
    this.abandoned(began, failure.class);
    const rule = ruleFor(failure.class, failure.breaker);
    if (rule === undefined) return;
    this.#failedAtMs = nowMs;
    let breaker = this.#breakers.get(failure.class);
    if (breaker === undefined) {
      breaker = new Breaker(rule);
      this.#breakers.set(failure.class, breaker);
    }
    breaker.follow(rule);
    const successes = nowMs - this.#successesFromMs > successWindowMs ? 0 : this.#successes;
    breaker.failed(nowMs, began.get(failure.class) ?? 'closed', successes);
    if (failure.retryAfterMs !== undefined) breaker.holdUntil(nowMs + failure.retryAfterMs, nowMs);
  }

  abandoned(began: Began, except?: FailureClass): void {
    for (const [failureClass, state] of began)
      if (failureClass !== except) this.#breakers.get(failureClass)?.abandoned(state);
  }

  ended(told: Ended | undefined): void {
    this.#inFlight -= 1;
    if (told === undefined) return;
    const { nowMs, tokens, tokensPerSecond } = told;
    this.#countFrom(nowMs);
    this.#minuteTokens += tokens;
    if (tokensPerSecond === undefined) return;
    this.#tokensPerSecond = averaged(this.#tokensPerSecond, tokensPerSecond);
    this.#tokensAtMs = nowMs;
    this.#speeds ??= new PaceSamples();
    this.#speeds.add(nowMs, tokensPerSecond);
  }

  #countFrom(nowMs: number): void {
    const minute = minuteOf(nowMs);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#minuteRequests = 0;
    this.#minuteTokens = 0;
  }
}

/** What a call came to. */
export interface Ended {
  readonly nowMs: number;
  /** In and out. */
  readonly tokens: number;
  readonly tokensPerSecond?: number;
}

const minuteOf = (nowMs: number): number => Math.floor(nowMs / 60_000);

const closed: Standing = { state: 'closed' };
const none: Began = new Map();

const averaged = (before: number | undefined, value: number): number =>
  before === undefined ? value : before + newShare * (value - before);

/** One call under way at a target. It tells once how it went and once that it is over; later words change nothing. */
export class Flight {
  readonly #health: TargetHealth;
  readonly #began: Began;
  #told = false;
  #over = false;

  constructor(health: TargetHealth, began: Began) {
    this.#health = health;
    this.#began = began;
  }

  /** `firstByteMs` is told of streams only. */
  answered(nowMs: number, firstByteMs: number | undefined): void {
    if (this.#told) return;
    this.#told = true;
    this.#health.answered(nowMs, firstByteMs, this.#began);
  }

  failed(nowMs: number, failure: HealthFailure): void {
    if (!this.#told) this.#health.failed(nowMs, failure, this.#began);
    this.#told = true;
    this.end();
  }

  /** It failed after it had begun to answer. */
  broke(nowMs: number, failure: HealthFailure): void {
    if (!this.#over) this.#health.failed(nowMs, failure, none);
  }

  /** The answer is complete, or nobody waits for it any more. */
  end(told?: Ended): void {
    if (this.#over) return;
    this.#over = true;
    if (!this.#told) this.#health.abandoned(this.#began);
    this.#told = true;
    this.#health.ended(told);
  }
}
