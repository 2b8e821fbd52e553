import type { FailureClass } from '../errors/failure-class.ts';
import type { JsonObject } from '../json/json.ts';
import type { Condition, FactPath } from './condition.ts';
import type { RouteChoice } from './learned/asked/route-choice.ts';
import type { PreferredPace } from './preferred-pace.ts';

/** How the same target is tried again before the next one has its turn. */
export interface RetrySetting {
  /** Beside the first try. */
  readonly attempts: number;
  /** Which failures; those that may pass by themselves when absent. */
  readonly on?: FailureMatch;
  /** Waits as long as the provider asks, when that is within the deadline. */
  readonly followsRetryAfter?: boolean;
  /** Tries for a class of failure in place of `attempts`; a class named here with more than 0 need not be among `on`. */
  readonly byClass?: Readonly<Partial<Record<FailureClass, number>>>;
  /** The tries are those of all targets below together: each has its turn once, and what is left of the tries goes round again from the first. */
  readonly across?: boolean;
}

/** When a target is left alone for a while, in place of the usual rules. */
export interface BreakerSetting {
  /** Failures within a minute that change nothing. */
  readonly allowedFailures?: number;
  readonly allowedByClass?: Readonly<Partial<Record<FailureClass, number>>>;
  /** For how long; 0 for never. */
  readonly openMs?: number;
}

/** What a target is given at most: calls and tokens of the current minute, calls at once. */
export interface Capacity {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly parallelRequests?: number;
}

/** Settings may stand on any node and hold for all below it, where a node below does not say otherwise. */
export interface RouteSettings {
  readonly retry?: RetrySetting;
  /** From the request's last byte to the answer's first, for each attempt. */
  readonly firstByteMs?: number;
  /** The same for streams, over `firstByteMs`. */
  readonly streamFirstByteMs?: number;
  readonly breaker?: BreakerSetting;
  readonly capacity?: Capacity;
  /** Words that a `tagged` node above picks by. */
  readonly tags?: readonly string[];
  readonly region?: string;
  /** All attempts together, until the answer begins. */
  readonly deadlineMs?: number;
  /** Members set in the request, over the client's. Those of a node below win one by one. */
  readonly overrides?: JsonObject;
  /** Members of the client's own body that are others for these targets, before anything reads them. */
  readonly replaces?: JsonObject;
  /** The text that is answered in place of asking. */
  readonly answer?: string;
  /** Members set where the client says nothing. Those of a node below win one by one. */
  readonly defaults?: JsonObject;
  /** Parameters taken out of the request. */
  readonly drops?: readonly string[];
  /** A base URL in the place of the provider's. The installation's own keys do not go there. */
  readonly host?: string;
  /** Headers of the client's that go along, by names in small letters. */
  readonly forwards?: readonly string[];
  /** The caller's own key for the provider: used in the place of the installation's, and never shown. */
  readonly apiKey?: string;
  /** A credential of the caller's organisation, by id, whose key is used. */
  readonly credential?: string;
  /** A breaker that counts by statuses, in the place of the usual ones. */
  readonly circuit?: CircuitSetting;
  /** The name of a route of the operator's: who may use it may use its targets. Never a client's word. */
  readonly allowedBy?: string;
}

/** When a target is left alone, and for how long. Calls are counted for as long as it would be left alone. */
export interface CircuitSetting {
  readonly failures?: number;
  /** Of the calls, once there are `leastCalls`. */
  readonly failurePercent?: number;
  readonly leastCalls: number;
  readonly openMs: number;
  /** Which statuses are failures; 500 and more when absent. */
  readonly statuses?: readonly number[];
}

/** Which failures lead on: by class, by the provider's status, or any of both. */
export interface FailureMatch {
  readonly classes?: readonly FailureClass[];
  readonly statuses?: readonly number[];
  /** Of these classes, those in which no provider said a status. */
  readonly unanswered?: readonly FailureClass[];
}

/** By what candidates are put in order. `price` is a blend of input and output. */
export type Ranking = 'price' | 'latency' | 'throughput' | 'least-busy' | 'usage';

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
  /** Regions that targets name; one that names none is left out. */
  readonly regions?: readonly string[];
}

/** The routing algebra: every configuration style compiles to this tree. Targets are named as a client would name a model. */
export type Route = RouteSettings &
  (
    | { readonly kind: 'target'; readonly model: string }
    /** In order. A failure that `on` does not name ends the walk; absent, every failure but the caller's own leads on. */
    | { readonly kind: 'fallback'; readonly routes: readonly Route[]; readonly on?: FailureMatch }
    /** In order, as one group: leaving one step for the next is no fallback. */
    | { readonly kind: 'ordered'; readonly routes: readonly Route[] }
    /** Drawn by weight; the rest follow, drawn the same way. A weight of 0 takes no calls while others do. */
    | {
        readonly kind: 'balance';
        readonly routes: readonly { readonly route: Route; readonly weight: number }[];
        /** Calls of one caller for which these are the same get the same draw; all of a caller's where it is empty. */
        readonly sticky?: readonly FactPath[];
      }
    /** The first target only. */
    | { readonly kind: 'first'; readonly route: Route }
    | { readonly kind: 'when'; readonly cases: readonly WhenCase[]; readonly otherwise?: Route }
    /** All targets below put in one order, ties by the tree's. Those that are within a share of the best are drawn: 0.2 takes what is up to a fifth worse. */
    | { readonly kind: 'rank'; readonly routes: readonly Route[]; readonly by: Ranking; readonly within?: number }
    /** A share of the calls goes to the first target of another route as well, whose answer nobody gets. */
    | { readonly kind: 'mirror'; readonly route: Route; readonly to: Route; readonly share: number }
    /** The target that answered the conversation before comes first, until it was idle for so long. */
    | { readonly kind: 'sticky'; readonly route: Route; readonly idleMs: number }
    /** Only targets with a tag of the request's (with `all`, with every one); for requests without any of theirs those tagged `default`, if there are. */
    | { readonly kind: 'tagged'; readonly route: Route; readonly all: boolean }
    /** Drawn with a weight of 1/price², those with recent failures last. */
    | { readonly kind: 'price-draw'; readonly routes: readonly Route[] }
    /** Targets that were slower of late than what is wanted go last. */
    | { readonly kind: 'preferred'; readonly route: Route; readonly wants: PreferredPace }
    /** In the order a learned router gave for this request; as written where it gave none. `choice` says what is asked; without it the request did. */
    | { readonly kind: 'choose'; readonly routes: readonly Route[]; readonly choice?: RouteChoice }
    /** What a learned router would have chosen is written down beside the decision, and changes nothing. */
    | { readonly kind: 'watch'; readonly route: Route; readonly pool: readonly Route[]; readonly choice: RouteChoice }
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
  { classes, statuses, unanswered }: FailureMatch,
  failure: { readonly class: FailureClass; readonly status?: number | undefined },
): boolean =>
  classes?.includes(failure.class) === true ||
  (failure.status === undefined
    ? unanswered?.includes(failure.class) === true
    : statuses?.includes(failure.status) === true);
