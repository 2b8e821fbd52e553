import type { GatewayError } from '../../../core/errors/gateway-error.ts';
import { type Attempt, Cursor, type Failure } from '../../../core/routing/cursor.ts';
import { Dice } from '../../../core/routing/dice.ts';
import { isFull } from '../../../core/routing/filter-target.ts';
import type { RetryBudget } from '../../../core/routing/health/retry-budget.ts';
import {
  type Candidate,
  type NamedRoute,
  planRoute,
  type RouteFacts,
  type RoutePlan,
} from '../../../core/routing/plan-route.ts';
import type { RouteSettings } from '../../../core/routing/route.ts';
import type { Cancellation } from '../../../ports/cancellation.ts';
import { asGatewayError } from '../../doors/error-reply.ts';
import type { Identified, LineTools, Target } from '../records.ts';
import { failureClassOf, type MockedFailure, mockedError } from './asked/mocked-failure.ts';
import { noCandidate } from './no-candidate.ts';
import { SentAttempt } from './sent-attempt.ts';
import { healthKey, TargetViews } from './target-views.ts';
import { withSettings } from './with-settings.ts';

/** Until the answer begins, where a route says nothing. Longer than any one attempt is wont to take. */
const usualDeadlineMs = 600_000;

export interface RoutedCall {
  readonly identified: Identified;
  readonly named: ShapedRoute;
  readonly facts: RouteFacts;
}

/** A route, and how its targets are to fail without being asked. */
export interface ShapedRoute extends NamedRoute {
  readonly mock?: MockedFailure;
}

/** Tries one target, which has in it what the route sets. */
export type TryTarget<Answer> = (target: Target, settings: RouteSettings) => Promise<Answer>;

/**
 * Walks a route: the first target that begins to answer has the exchange. Rejects with the last failure when nothing is left to try. What the
 * targets did is noted in their health and in the exchange's facts.
 */
export const walkRoute = async <Answer>(
  call: RoutedCall,
  tools: LineTools,
  run: TryTarget<Answer>,
): Promise<Answer> => {
  const { settlement, cancellation } = call.identified;
  const walk = new Walk(call, tools);
  walk.starts();
  let last: { readonly error: GatewayError; readonly failure: Failure } | undefined;
  for (;;) {
    const step = walk.next(last?.failure);
    if (step.kind === 'stop') throw last?.error ?? noCandidate(walk.plan.decision);
    if (last !== undefined) settlement.triesAgain(last.error);
    if (step.waitMs > 0) await pause(step.waitMs, tools, cancellation);
    const mocked = walk.mocked(step);
    if (mocked !== undefined) {
      last = mocked;
      continue;
    }
    const { target, sent } = walk.begin(step);
    try {
      const answer = await run(target, step.candidate.settings);
      sent.answered();
      return answer;
    } catch (thrown) {
      const error = asGatewayError(thrown);
      const failure = sent.failed(error);
      if (cancellation.cancelled) throw error;
      last = { error, failure };
    }
  }
};

/** The target a route would be tried at first, for what is asked once and never again. Throws when there is none. */
export const firstOfRoute = (call: RoutedCall, tools: LineTools): Target => {
  const walk = new Walk(call, tools);
  const step = walk.next(undefined);
  if (step.kind === 'stop') throw noCandidate(walk.plan.decision);
  return walk.targetOf(step);
};

/** The order in which targets would be tried now. */
export const planOf = (call: RoutedCall, tools: LineTools): RoutePlan => new Walk(call, tools).plan;

class Walk {
  readonly plan: RoutePlan;
  readonly #call: RoutedCall;
  readonly #tools: LineTools;
  readonly #views: TargetViews;
  readonly #cursor: Cursor;
  readonly #budget: RetryBudget;
  readonly #deadlineAtMs: number;

  constructor(call: RoutedCall, tools: LineTools) {
    const { named, facts } = call;
    const { requestId, settlement } = call.identified;
    const { clock, health } = tools;
    this.#call = call;
    this.#tools = tools;
    this.#views = new TargetViews(call.identified, { book: health, nowMs: clock.monotonicMs() });
    this.plan = planRoute(named, facts, { views: this.#views, seed: requestId });
    this.#budget = health.budget(named.name);
    const deadlineMs = this.plan.candidates[0]?.settings.deadlineMs ?? usualDeadlineMs;
    this.#deadlineAtMs = settlement.startedMs + deadlineMs;
    this.#cursor = new Cursor(this.plan.candidates, new Dice(`${requestId} waits`), this.#deadlineAtMs);
    settlement.facts.decision = this.plan.decision;
  }

  starts(): void {
    const { incoming, settlement } = this.#call.identified;
    this.#budget.asked();
    if (incoming.header('x-sluice-explain') !== undefined) settlement.explains = true;
  }

  next(failure: Failure | undefined): ReturnType<Cursor['next']> {
    const { clock } = this.#tools;
    const nowMs = clock.monotonicMs();
    return this.#cursor.next(failure, {
      nowMs,
      open: (candidate) => this.#isClosedTo(candidate, nowMs),
      takeRetry: () => this.#budget.take(),
    });
  }

  #isClosedTo({ model, settings: { capacity } }: Candidate, nowMs: number): boolean {
    const health = this.#tools.health.of(healthKey(this.#views.found(model)));
    if (health.standing(nowMs).state === 'open') return true;
    if (capacity === undefined) return false;
    const used = {
      inFlight: health.inFlight,
      minuteRequests: health.minuteRequests(nowMs),
      minuteTokens: health.minuteTokens(nowMs),
    };
    return isFull(used, capacity, this.#call.facts.inputTokens);
  }

  targetOf({ candidate }: Attempt): Target {
    const leftMs = this.#deadlineAtMs - this.#tools.clock.monotonicMs();
    return withSettings(this.#views.found(candidate.model), candidate.settings, {
      leftMs,
      streams: this.#call.facts.streams === true,
    });
  }

  /** How the target fails that is next, where the request wants it to. */
  mocked(step: Attempt): { readonly error: GatewayError; readonly failure: Failure } | undefined {
    const { mock, name } = this.#call.named;
    if (mock === undefined || (step.fallbacks > 0 && !mock.everywhere)) return undefined;
    this.#tellWay(step);
    const error = mockedError(mock, name);
    return { error, failure: { class: failureClassOf(mock), status: error.status, leavesGroup: true } };
  }

  #tellWay({ fallbacks, triesInGroup }: Attempt): void {
    this.#call.identified.settlement.way = { fallbacks, triesInGroup };
  }

  #tellOption({ candidate, retry }: Attempt): void {
    const { incoming, requestId, settlement } = this.#call.identified;
    if (incoming.header('x-portkey-config') === undefined) return;
    const traceId = incoming.header('x-portkey-trace-id') ?? requestId;
    settlement.option = { path: candidate.path.replace(/^route/, 'config'), retries: retry, traceId };
  }

  begin(attempt: Attempt): { readonly target: Target; readonly sent: SentAttempt } {
    const { clock, health } = this.#tools;
    const target = this.targetOf(attempt);
    this.#tellOption(attempt);
    this.#tellWay(attempt);
    const flight = health.of(healthKey(target)).begin(clock.monotonicMs());
    return {
      target,
      sent: new SentAttempt(flight, this.#call.identified.settlement, {
        clock,
        breaker: attempt.candidate.settings.breaker,
      }),
    };
  }
}

const pause = (ms: number, { clock }: LineTools, cancellation: Cancellation): Promise<void> =>
  new Promise((resolve, reject) => {
    const gone = (): void => {
      stop();
      reject(cancellation.failure());
    };
    const stop = clock.after(ms, () => {
      cancellation.forget(gone);
      resolve();
    });
    cancellation.listen(gone);
  });
