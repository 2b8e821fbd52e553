import type { FailureClass } from '../errors/failure-class.ts';
import type { Dice } from './dice.ts';
import type { Candidate } from './plan-route.ts';
import { type FailureMatch, matchesFailure } from './route.ts';

/** How an attempt failed, and when. */
export interface Failure {
  readonly class: FailureClass;
  /** The provider's. */
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

export interface Attempt {
  readonly kind: 'attempt';
  readonly candidate: Candidate;
  /** Before it is sent. */
  readonly waitMs: number;
  /** 0 for the first try of this candidate. */
  readonly retry: number;
}

export type StopReason = 'no-candidate' | 'caller-fault' | 'not-matched' | 'exhausted' | 'deadline' | 'retry-budget';

export type Step = Attempt | { readonly kind: 'stop'; readonly reason: StopReason };

/** What the cursor asks of the world while it walks. */
export interface Moment {
  readonly nowMs: number;
  /** Whether the circuit of a target is open by now; it goes by the name the route has for it. */
  open(model: string): boolean;
  /** Takes one second try out of the allowance; false when it is used up. */
  takeRetry(): boolean;
}

/** Failures that may pass by themselves: worth another try at the same target. */
const passing: FailureMatch = { classes: ['transient', 'timeout', 'bad-response', 'rate-limit'] };

/** Another try after one of these is no retry storm: it goes somewhere else for a reason that lies in the request. */
const ofTheRequest: ReadonlySet<FailureClass> = new Set([
  'context-window',
  'content-policy',
  'unsupported',
  'region',
  'model-access',
  'model-gone',
]);

const firstWaitMs = 200;
const longestWaitMs = 8000;

/**
 * Walks a plan: what is tried next after a failure, or that the walk is over. Pure: it moves only when asked, and knows of the world what it is
 * told. Never attempts what is not in the plan.
 */
export class Cursor {
  readonly #candidates: readonly Candidate[];
  readonly #dice: Dice;
  readonly #deadlineAtMs: number;
  #at = -1;
  #retries = 0;

  constructor(candidates: readonly Candidate[], dice: Dice, deadlineAtMs: number) {
    this.#candidates = candidates;
    this.#dice = dice;
    this.#deadlineAtMs = deadlineAtMs;
  }

  next(failure: Failure | undefined, moment: Moment): Step {
    const current = this.#candidates[this.#at];
    if (failure === undefined || current === undefined) return this.#first();
    if (moment.nowMs >= this.#deadlineAtMs) return stop('deadline');
    return this.#again(current, failure, moment) ?? this.#onwards(current, failure, moment);
  }

  #first(): Step {
    const [candidate] = this.#candidates;
    if (candidate === undefined) return stop('no-candidate');
    this.#at = 0;
    return { kind: 'attempt', candidate, waitMs: 0, retry: 0 };
  }

  #again(current: Candidate, failure: Failure, moment: Moment): Step | undefined {
    const { retry } = current.settings;
    if (retry === undefined || this.#retries >= retry.attempts) return undefined;
    if (!matchesFailure(retry.on ?? passing, failure)) return undefined;
    const waitMs = this.#waitMs(failure, retry.followsRetryAfter === true);
    if (moment.nowMs + waitMs >= this.#deadlineAtMs || !moment.takeRetry()) return undefined;
    this.#retries += 1;
    return { kind: 'attempt', candidate: current, waitMs, retry: this.#retries };
  }

  /** Full jitter: any time up to the step's, so that those who failed together do not come back together. */
  #waitMs({ retryAfterMs }: Failure, follows: boolean): number {
    const stepMs = Math.min(longestWaitMs, firstWaitMs * 2 ** this.#retries);
    const jitterMs = this.#dice.next() * stepMs;
    return retryAfterMs !== undefined && follows ? retryAfterMs + jitterMs * 0.1 : jitterMs;
  }

  #onwards(current: Candidate, failure: Failure, moment: Moment): Step {
    let why: StopReason = failure.class === 'caller-fault' ? 'caller-fault' : 'exhausted';
    for (let index = this.#at + 1; index < this.#candidates.length; index += 1) {
      const candidate = this.#candidates[index];
      if (candidate === undefined || moment.open(candidate.model)) continue;
      if (!leads(current, candidate, failure)) {
        if (why === 'exhausted') why = 'not-matched';
        continue;
      }
      if (!ofTheRequest.has(failure.class) && !moment.takeRetry()) return stop('retry-budget');
      this.#at = index;
      this.#retries = 0;
      return { kind: 'attempt', candidate, waitMs: 0, retry: 0 };
    }
    return stop(why);
  }
}

const stop = (reason: StopReason): Step => ({ kind: 'stop', reason });

/** Whether a failure of one candidate leads to another: every fallback whose step changes must name it. A caller's fault leads on only where it is named. */
const leads = (from: Candidate, to: Candidate, failure: Failure): boolean => {
  let named = false;
  for (const gate of to.gates) {
    const left = from.gates.find(({ fallback }) => fallback === gate.fallback);
    if (left === undefined || left.step === gate.step || gate.on === undefined) continue;
    if (!matchesFailure(gate.on, failure)) return false;
    named = true;
  }
  return named || failure.class !== 'caller-fault';
};
