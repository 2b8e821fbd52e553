import type { ModelNotice } from '../core/catalog/names/retirement.ts';
import type { AttemptFact } from '../core/facts/exchange-fact.ts';
import type { DialectId, Operation, Usage } from '../core/ir/index.ts';
import type { JsonObject } from '../core/json/json.ts';
import type { ChargeSource } from '../core/ledger/journal-record.ts';
import type { Decision } from '../core/routing/decision.ts';
import type { RecordedFacts } from '../core/routing/record/decision-record.ts';
import type { Route } from '../core/routing/route.ts';

/** How an exchange ended. `budget-stop`: a budget had nothing left for the rest of a stream. `drained`: it was under way when the server stopped, and was cut at the end of `drain_ms`. */
export type ExchangeEnd = 'done' | 'failed' | 'refused' | 'client-gone' | 'client-stalled' | 'drained' | 'budget-stop';

/** What is known of an exchange when it is over: fields only, no content, no secrets. Times are milliseconds. */
export interface ExchangeRecord {
  readonly requestId: string;
  readonly orgId?: string;
  readonly key?: string;
  readonly method: string;
  readonly path: string;
  /** `models` and `route` are questions to the gateway itself. */
  readonly operation?: Operation | 'models' | 'route';
  readonly door?: DialectId;
  readonly lane?: 'native' | 'translated';
  readonly provider?: string;
  readonly model?: string;
  readonly requestedModel?: string;
  readonly stream: boolean;
  readonly status: number;
  readonly end: ExchangeEnd;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly durationMs: number;
  /** Spent in the gateway until the first byte of the answer went out. */
  readonly overheadMs: number;
  readonly firstByteMs?: number;
  readonly attempts: number;
  /** Tries of a route before the last one. */
  readonly tried?: readonly AttemptFact[];
  /** Why a route's targets were tried in this order; absent when the name led to one target. */
  readonly decision?: Decision;
  /** What it went by; absent where there was no choice and nobody asked. */
  readonly decidedBy?: DecidedBy;
  readonly usage?: Usage;
  readonly warnings: number;
  /** The last attempt, under whose name its money stands in the ledger. */
  readonly attemptId?: string;
  readonly priceVersion?: string;
  readonly chargeSource?: ChargeSource;
  /** What the exchange is charged; absent when nobody knows a price. */
  readonly nanoUsd?: bigint;
  readonly listNanoUsd?: bigint;
  readonly keyId?: string;
  /** What it is charged to, as `kind:id`. */
  readonly scopes?: readonly string[];
  /** What the catalogue says of the model's name or end. */
  readonly notices?: readonly ModelNotice[];
  /** Why the answer ended, in the provider's own word, where the door has noted it. */
  readonly stop?: string;
  /** What groups the calls of one conversation. */
  readonly sessionId?: string;
  /** The caller's own words about the call. */
  readonly metadata?: JsonObject;
  /** Only with `observe: full`, which decodes every frame. */
  readonly content?: ContentFacts;
}

export interface DecidedBy {
  readonly facts: RecordedFacts;
  readonly route: Route;
}

/** What a tap saw in an answer, without the content itself. */
export interface ContentFacts {
  readonly firstTokenMs?: number;
  readonly textBlocks: number;
  readonly thinkingBlocks: number;
  readonly toolCalls: number;
  readonly stop?: string;
}

/** Takes the record of every exchange, once, when its outcome is known. Must not block or throw. */
export interface ExchangeSink {
  settled(record: ExchangeRecord): void;
}
