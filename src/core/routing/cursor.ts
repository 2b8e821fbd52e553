import type { FailureClass } from '../errors/failure-class.ts';
import type { Dice } from './dice.ts';
import type { Candidate } from './plan-route.ts';
import { type FailureMatch, matchesFailure, type RetrySetting } from './route.ts';

/** How an attempt failed, and when. */
export interface Failure {
  readonly class: FailureClass;
  /** The provider's. */
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Nothing of the group is asked again: what follows is a fallback. */
  readonly leavesGroup?: boolean;
}

export interface Attempt {
  readonly kind: 'attempt';
  readonly candidate: Candidate;
  /** Before it is sent. */
  readonly waitMs: number;
  /** 0 for the first try of this candidate. */
  readonly retry: number;
  /** How many fallbacks led here from the group that was asked first. */
  readonly fallbacks: number;
  /** Earlier tries in this group. */
  readonly triesInGroup: number;
}

export type StopReason = 'no-candidate' | 'caller-fault' | 'not-matched' | 'exhausted' | 'deadline' | 'retry-budget';

export type Step = Attempt | { readonly kind: 'stop'; readonly reason: StopReason };

/** What the cursor asks of the world while it walks. */
export interface Moment {
  readonly nowMs: number;
  /** Whether the circuit of a target is open by now, or it has had what it is given. */
  open(candidate: Candidate): boolean;
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
  /** How often the targets of a group were gone through, where tries are those of all together. */
  #rounds = 0;
  #fallbacks = 0;
  #triesInGroup = 0;

  constructor(candidates: readonly Candidate[], dice: Dice, deadlineAtMs: number) {
    this.#candidates = candidates;
    this.#dice = dice;
    this.#deadlineAtMs = deadlineAtMs;
  }

  next(failure: Failure | undefined, moment: Moment): Step {
    const current = this.#candidates[this.#at];
    if (failure === undefined || current === undefined) return this.#first();
    if (moment.nowMs >= this.#deadlineAtMs) return stop('deadline');
    return (
      this.#meant(current, failure, moment) ??
      (failure.leavesGroup === true ? undefined : this.#again(current, failure, moment)) ??
      this.#onwards(current, failure, moment)
    );
  }

  #first(): Step {
    const first = this.#candidates.findIndex(({ onlyAfter }) => onlyAfter !== true);
    const at = Math.max(0, first);
    const candidate = this.#candidates[at];
    if (candidate === undefined) return stop('no-candidate');
    this.#at = at;
    return this.#attempt(candidate, 0, 0);
  }

  #attempt(candidate: Candidate, waitMs: number, retry: number): Attempt {
    return {
      kind: 'attempt',
      candidate,
      waitMs,
      retry,
      fallbacks: this.#fallbacks,
      triesInGroup: this.#triesInGroup,
    };
  }

  /** A fallback that stands there for this very failure comes before others of the group, which would say the same. */
  #meant(current: Candidate, failure: Failure, moment: Moment): Step | undefined {
    if (failure.class !== 'context-window' && failure.class !== 'content-policy') return undefined;
    const index = this.#candidates.findIndex(
      (candidate, at) =>
        at > this.#at && candidate.onlyAfter === true && leads(current, candidate, failure) && !moment.open(candidate),
    );
    const candidate = this.#candidates[index];
    return candidate === undefined ? undefined : this.#moveTo(index, candidate);
  }

  #again(current: Candidate, failure: Failure, moment: Moment): Step | undefined {
    const { retry } = current.settings;
    if (retry === undefined) return undefined;
    if (retry.across === true) return this.#inGroup(current, failure, { retry, moment });
    if (!this.#mayRetry(retry, failure)) return undefined;
    const waitMs = this.#waitMs(failure, retry.followsRetryAfter === true);
    if (moment.nowMs + waitMs >= this.#deadlineAtMs || !moment.takeRetry()) return undefined;
    this.#retries += 1;
    this.#triesInGroup += 1;
    return this.#attempt(current, waitMs, this.#retries);
  }

  #mayRetry(retry: RetrySetting, failure: Failure): boolean {
    const own = retry.byClass?.[failure.class];
    if (own !== undefined) return this.#retries < own;
    return this.#retries < retry.attempts && matchesFailure(retry.on ?? passing, failure);
  }

  /** The others that share the tries, each once; then round again from the first while tries are left. */
  #inGroup(
    current: Candidate,
    failure: Failure,
    { retry, moment }: { readonly retry: RetrySetting; readonly moment: Moment },
  ): Step | undefined {
    const may = this.#mayRetry(retry, failure);
    if (this.#rounds > 0 && !may) return undefined;
    const able = (candidate: Candidate): boolean =>
      candidate.settings.retry === retry && sameGroup(current, candidate) && !moment.open(candidate);
    const next = this.#candidates.findIndex(
      (candidate, at) => at > this.#at && able(candidate) && leads(current, candidate, failure),
    );
    const index = next >= 0 ? next : may ? this.#candidates.findIndex(able) : -1;
    const candidate = this.#candidates[index];
    if (candidate === undefined) return undefined;
    const waitMs = next >= 0 ? 0 : this.#waitMs(failure, retry.followsRetryAfter === true);
    if (moment.nowMs + waitMs >= this.#deadlineAtMs || !this.#allowed(failure, moment)) return undefined;
    if (next < 0) this.#rounds += 1;
    this.#at = index;
    this.#retries += 1;
    this.#triesInGroup += 1;
    return this.#attempt(candidate, waitMs, this.#rounds);
  }

  #allowed(failure: Failure, moment: Moment): boolean {
    return ofTheRequest.has(failure.class) || moment.takeRetry();
  }

  #moveTo(index: number, candidate: Candidate): Attempt {
    const from = this.#candidates[this.#at];
    const same = from !== undefined && sameGroup(from, candidate);
    this.#fallbacks += same ? 0 : 1;
    this.#triesInGroup = same ? this.#triesInGroup + 1 : 0;
    this.#at = index;
    this.#retries = 0;
    this.#rounds = 0;
    return this.#attempt(candidate, 0, 0);
  }

  /** Full jitter: any time up to the step's, so that those who failed together do not come back together. */
  #waitMs({ retryAfterMs }: Failure, follows: boolean): number {
    const stepMs = Math.min(longestWaitMs, firstWaitMs * 2 ** this.#retries);
    const jitterMs = this.#dice.next() * stepMs;
    return retryAfterMs !== undefined && follows ? retryAfterMs + jitterMs * 0.1 : jitterMs;
  }

  #onwards(current: Candidate, failure: Failure, moment: Moment): Step {
    let why: StopReason = failure.class === 'caller-fault' ? 'caller-fault' : 'exhausted';
    // Where the tries are those of a group, all in it have had theirs.
    const leavesGroup = failure.leavesGroup === true || current.settings.retry?.across === true;
    for (let index = this.#at + 1; index < this.#candidates.length; index += 1) {
      const candidate = this.#candidates[index];
      if (candidate === undefined || moment.open(candidate)) continue;
      if (leavesGroup && sameGroup(current, candidate)) continue;
      if (!leads(current, candidate, failure)) {
        if (why === 'exhausted') why = 'not-matched';
        continue;
      }
      if (!this.#allowed(failure, moment)) return stop('retry-budget');
      return this.#moveTo(index, candidate);
    }
    return stop(why);
  }
}

const stop = (reason: StopReason): Step => ({ kind: 'stop', reason });

/** Whether no fallback's step changes between two candidates. */
const sameGroup = (one: Candidate, other: Candidate): boolean =>
  one.gates.length === other.gates.length &&
  one.gates.every(
    (gate, index) => gate.fallback === other.gates[index]?.fallback && gate.step === other.gates[index]?.step,
  );

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
