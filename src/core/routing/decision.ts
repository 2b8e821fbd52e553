import type { JsonObject } from '../json/json.ts';
import type { TargetView } from './target-view.ts';

/** Why a candidate stands where it stands or was left out. Stable: clients may match on them. */
export const decisionReasons = [
  'named',
  'in-order',
  'weighted-draw',
  'price-draw',
  'by-price',
  'by-latency',
  'by-throughput',
  'by-least-busy',
  'sticky',
  'mirror',
  'too-slow',
  'by-usage',
  'by-router',
  'circuit-open',
  'not-first',
  'duplicate',
  'too-many',
  'unknown-model',
  'not-configured',
  'unsupported',
  'forbidden',
  'context-window',
  'max-output',
  'max-price',
  'not-free',
  'price-unknown',
  'parameters',
  'not-in-only',
  'ignored',
  'at-capacity',
  'budget-spent',
  'region',
  'tags',
  'not-meant',
] as const;

export type DecisionReason = (typeof decisionReasons)[number];

export interface DecisionEntry {
  readonly target: string;
  /** Where it stands in the tree: `routes[1].targets[0]`, in the words of the algebra. */
  readonly path: string;
  /** `mirrored`: it was asked beside the others, and nobody got its answer. */
  readonly verdict: 'kept' | 'moved' | 'dropped' | 'mirrored';
  readonly reason: DecisionReason;
  /** What was known of it when it was decided. */
  readonly view: TargetView;
}

/** Why an exchange went where it went. With the route and the facts it can be computed again. */
export interface Decision {
  /** The name of the route. */
  readonly route: string;
  readonly seed: string;
  readonly candidates: readonly DecisionEntry[];
  /** Targets in the order in which they are tried. */
  readonly order: readonly string[];
  /** What the sticky draws of the tree went by, hashed, in the order in which they were made. */
  readonly stuck?: readonly string[];
  /** What a learned router expected of each candidate, in words of its own: without any text of the request. */
  readonly choice?: JsonObject;
  /** What a learned router would have chosen, had it been asked. */
  readonly watched?: JsonObject;
  /** The target that the conversation was answered by before. */
  readonly pinned?: string;
}
