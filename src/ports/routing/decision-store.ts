import type { Json } from '../../core/json/json.ts';

/** What a router decided, as it is kept: everything but the text it was asked about. */
export interface DecisionRecord {
  readonly id: string;
  readonly createdMs: number;
  /** Absent for the master key. */
  readonly keyId?: string;
  readonly routerId?: string;
  readonly record: Json;
}

/** Something that was said of a decision afterwards. */
export interface DecisionVote {
  readonly decisionId: string;
  /** As the decision names it. */
  readonly model: string;
  /** `accuracy`: 0 or 1. `tokens-per-second`: as measured by the client. */
  readonly kind: 'accuracy' | 'tokens-per-second';
  readonly value: number;
  readonly createdMs: number;
}

export interface DecisionQuery {
  readonly limit: number;
  /** Only those older than this one. */
  readonly before?: string;
  readonly routerId?: string;
}

/** Decisions of the last thirty days. */
export interface DecisionStore {
  /** Returns at once; what is added can be found from then on. */
  add(orgId: string, decision: DecisionRecord): void;
  find(orgId: string, id: string): Promise<DecisionRecord | undefined>;
  /** Youngest first. */
  list(orgId: string, query: DecisionQuery): Promise<readonly DecisionRecord[]>;
  /** Takes the place of an earlier vote of the kind for the model. */
  vote(orgId: string, vote: DecisionVote): Promise<void>;
  votes(orgId: string, decisionId: string): Promise<readonly DecisionVote[]>;
}
