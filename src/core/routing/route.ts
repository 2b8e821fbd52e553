import type { FailureClass } from '../errors/failure-class.ts';
import type { JsonObject } from '../json/json.ts';
import type { Condition } from './condition.ts';

/** How the same target is tried again before the next one has its turn. */
export interface RetrySetting {
  /** Beside the first try. */
  readonly attempts: number;
  /** Which failures; those that may pass by themselves when absent. */
  readonly on?: FailureMatch;
  /** Waits as long as the provider asks, when that is within the deadline. */
  readonly followsRetryAfter?: boolean;
}

/** Settings may stand on any node and hold for all below it, where a node below does not say otherwise. */
export interface RouteSettings {
  readonly retry?: RetrySetting;
  /** From the request's last byte to the answer's first, for each attempt. */
  readonly firstByteMs?: number;
  /** All attempts together, until the answer begins. */
  readonly deadlineMs?: number;
  /** Members set in the request, over the client's. Those of a node below win one by one. */
  readonly overrides?: JsonObject;
  /** The name of a route of the operator's: who may use it may use its targets. Never a client's word. */
  readonly allowedBy?: string;
}

/** Which failures lead on: by class, by the provider's status, or any of both. */
export interface FailureMatch {
  readonly classes?: readonly FailureClass[];
  readonly statuses?: readonly number[];
}

/** By what candidates are put in order. `price` is a blend of input and output. */
export type Ranking = 'price' | 'latency' | 'throughput' | 'least-busy';

/** What a candidate must be to be kept. Prices are nano-dollars for a million tokens. */
export interface RouteFilter {
  readonly maxInputPrice?: number;
  readonly maxOutputPrice?: number;
  /** Costs nothing. */
  readonly free?: boolean;
  /** Only targets whose catalogue entry knows that they can do what is asked. */
  readonly requireParameters?: boolean;
  /** Providers. */
  readonly only?: readonly string[];
  readonly ignore?: readonly string[];
}

/** The routing algebra: every configuration style compiles to this tree. Targets are named as a client would name a model. */
export type Route = RouteSettings &
  (
    | { readonly kind: 'target'; readonly model: string }
    /** In order. A failure that `on` does not name ends the walk; absent, every failure but the caller's own leads on. */
    | { readonly kind: 'fallback'; readonly routes: readonly Route[]; readonly on?: FailureMatch }
    /** Drawn by weight; the rest follow, drawn the same way. A weight of 0 takes no calls while others do. */
    | { readonly kind: 'balance'; readonly routes: readonly { readonly route: Route; readonly weight: number }[] }
    /** The first target only. */
    | { readonly kind: 'first'; readonly route: Route }
    | { readonly kind: 'when'; readonly cases: readonly WhenCase[]; readonly otherwise?: Route }
    /** All targets below put in one order, ties by the tree's. */
    | { readonly kind: 'rank'; readonly routes: readonly Route[]; readonly by: Ranking }
    /** Drawn with a weight of 1/price², those with recent failures last. */
    | { readonly kind: 'price-draw'; readonly routes: readonly Route[] }
    /** Leaves targets out. */
    | { readonly kind: 'filter'; readonly route: Route; readonly keep: RouteFilter }
  );

export interface WhenCase {
  readonly test: Condition;
  readonly to: Route;
  /** Where it stands for who reads the decision; its number among the cases when absent. */
  readonly at?: string;
}

/** Whether a failure is one of those that are meant. */
export const matchesFailure = (
  { classes, statuses }: FailureMatch,
  failure: { readonly class: FailureClass; readonly status?: number | undefined },
): boolean =>
  classes?.includes(failure.class) === true ||
  (failure.status !== undefined && statuses?.includes(failure.status) === true);
