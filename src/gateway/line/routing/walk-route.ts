import type { GatewayError } from '../../../core/errors/gateway-error.ts';
import { type Attempt, Cursor, type Failure } from '../../../core/routing/cursor.ts';
import { Dice } from '../../../core/routing/dice.ts';
import { isFull } from '../../../core/routing/filter-target.ts';
import type { RetryBudget } from '../../../core/routing/health/retry-budget.ts';
import {
  type Candidate,
  type NamedRoute,
  pinName,
  planRoute,
  type RouteFacts,
  type RoutePlan,
} from '../../../core/routing/plan-route.ts';
import type { RouteSettings } from '../../../core/routing/route.ts';
import type { Cancellation } from '../../../ports/cancellation.ts';
import { asGatewayError } from '../../doors/error-reply.ts';
import type { Identified, LineTools, Target } from '../records.ts';
import { failureClassOf, type MockedFailure, mockedError } from './asked/mocked-failure.ts';
import { isNamedConversation } from './conversation.ts';
import { noCandidate } from './no-candidate.ts';
import { SentAttempt } from './sent-attempt.ts';
import { healthKey, standingOf, TargetViews } from './target-views.ts';
import { withSettings } from './with-settings.ts';

/** Until the answer begins, where a route says nothing. Longer than any one attempt is wont to take. */
const usualDeadlineMs = 600_000;

export interface RoutedCall {
  readonly identified: Identified;
  readonly named: ShapedRoute;
  readonly facts: RouteFacts;
  /** Asks a target beside the others; nobody waits for it. Absent where nothing can be mirrored. */
  readonly mirror?: (target: Target) => void;
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
    if (step.kind === 'stop') {
      walk.ends();
      throw last?.error ?? noCandidate(walk.plan.decision);
    }
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
      walk.answered(step);
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
    const { clock, health, money } = tools;
    this.#call = call;
    this.#tools = tools;
    this.#views = new TargetViews(call.identified, { book: health, nowMs: clock.monotonicMs() }, money);
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
    if (this.#call.mirror !== undefined && this.plan.mirrors.length > 0) this.#mirrors(this.#call.mirror);
    if (incoming.header('x-sluice-explain') !== undefined) settlement.explains = true;
    // A walk with nothing to choose is no decision that anybody asks for.
    const { candidates, watched } = this.plan.decision;
    if (settlement.explains || candidates.length > 1 || watched !== undefined)
      settlement.facts.decidedBy = { facts: this.#call.facts, route: this.#call.named.route };
  }

  #mirrors(mirror: (target: Target) => void): void {
    const { incoming } = this.#call.identified;
    for (const candidate of this.plan.mirrors) {
      const how = { leftMs: usualDeadlineMs, streams: false, incoming };
      mirror(withSettings(this.#views.found(candidate), candidate.settings, how));
    }
  }

  next(failure: Failure | undefined): ReturnType<Cursor['next']> {
    const nowMs = this.#tools.clock.monotonicMs();
    return this.#cursor.next(failure, {
      nowMs,
      open: (candidate) => this.#isClosedTo(candidate, nowMs),
      takeRetry: () => this.#budget.take(),
    });
  }

  #isClosedTo(candidate: Candidate, nowMs: number): boolean {
    const { settings } = candidate;
    const target = this.#views.found(candidate);
    const key = healthKey(target);
    if (standingOf(this.#tools.health, { target, settings, nowMs }).state === 'open') return true;
    const { capacity } = settings;
    if (capacity === undefined) return false;
    const health = this.#tools.health.of(key);
    const used = {
      inFlight: health.inFlight,
      minuteRequests: health.minuteRequests(nowMs),
      minuteTokens: health.minuteTokens(nowMs),
    };
    return isFull(used, capacity, this.#call.facts.inputTokens);
  }

  targetOf({ candidate }: Attempt): Target {
    const leftMs = this.#deadlineAtMs - this.#tools.clock.monotonicMs();
    const { incoming } = this.#call.identified;
    return withSettings(this.#views.found(candidate), candidate.settings, {
      leftMs,
      streams: this.#call.facts.streams === true,
      incoming,
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

  begin(attempt: Attempt): { readonly target: Target; readonly sent: SentAttempt } {
    const { clock, health } = this.#tools;
    const { settlement } = this.#call.identified;
    const { path, settings } = attempt.candidate;
    if (settlement.portkey !== undefined) {
      settlement.portkey.path = path.replace(/^route/, 'config');
      settlement.portkey.retries = attempt.retry;
    }
    const target = this.targetOf(attempt);
    settlement.waitsForPlace = attempt.candidate === this.plan.candidates.at(-1);
    this.#tellWay(attempt);
    const key = healthKey(target);
    const circuit = settings.circuit === undefined ? undefined : health.breaker(key, settings.circuit);
    const flight = health.of(key).begin(clock.monotonicMs());
    return { target, sent: new SentAttempt(flight, settlement, { clock, breaker: settings.breaker, circuit }) };
  }

  /** The conversation stays with who answered it: where its client names it, or a cache took part. */
  answered({ candidate: { pinsMs, view } }: Attempt): void {
    const { conversation } = pinsMs === undefined ? noFacts : this.#call.facts;
    if (pinsMs === undefined || conversation === undefined) return;
    const { settlement } = this.#call.identified;
    settlement.whenSettled(() => {
      const { end, usage } = settlement.facts;
      if (end !== 'done') return;
      const { cacheReadTokens = 0, cacheWriteTokens = 0 } = usage ?? {};
      if (!isNamedConversation(conversation) && cacheReadTokens + cacheWriteTokens === 0) return;
      const untilMs = this.#tools.clock.monotonicMs() + pinsMs;
      this.#tools.health.pins.keep(pinName(this.plan.decision.route, conversation), { target: view.target, untilMs });
    });
  }

  /** Nothing is left to try. */
  ends(): void {
    const { portkey } = this.#call.identified.settlement;
    if (portkey !== undefined && portkey.retries > 0) portkey.retries = -1;
  }
}

const noFacts: Partial<RouteFacts> = {};

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
