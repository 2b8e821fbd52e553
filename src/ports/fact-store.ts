import type { ExchangeFact } from '../core/facts/exchange-fact.ts';

/** Which exchanges are asked for. Times are milliseconds since 1970; `toMs` is not included. */
export interface FactFilter {
  readonly orgId: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly keyId?: string;
  readonly teamId?: string;
  readonly projectId?: string;
  readonly userId?: string;
  readonly customer?: string;
  readonly provider?: string;
  readonly model?: string;
  /** Only those that failed (true) or ended well (false). */
  readonly failed?: boolean;
  /** Only those whose decision was kept (true), or those of one route. */
  readonly route?: string | true;
}

export interface FactPage {
  /** Newest first. */
  readonly facts: readonly ExchangeFact[];
  /** Where the next page begins; absent on the last. */
  readonly next?: FactPlace;
}

/** The place of a fact in the order, so that a page does not move when new facts arrive. */
export interface FactPlace {
  readonly atMs: number;
  readonly exchangeId: string;
}

export interface FactQuery {
  readonly filter: FactFilter;
  readonly before?: FactPlace;
  readonly limit: number;
}

export const sumDimensions = [
  'hour',
  'day',
  'key',
  'team',
  'project',
  'user',
  'customer',
  'provider',
  'model',
] as const;
export type SumDimension = (typeof sumDimensions)[number];

export interface SumQuery {
  readonly filter: FactFilter;
  readonly by: readonly SumDimension[];
  readonly limit: number;
}

export interface UsageSum {
  /** Values of the dimensions asked for, as text; hours and days are their beginning in milliseconds (UTC). */
  readonly group: Readonly<Partial<Record<SumDimension, string>>>;
  readonly requests: bigint;
  readonly failures: bigint;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
  readonly cacheReadTokens: bigint;
  readonly cacheWriteTokens: bigint;
  readonly reasoningTokens: bigint;
  readonly nanoUsd: bigint;
  readonly durationMs: bigint;
}

/** What calls with a tag came to. A call with two tags counts at both. */
export interface TagSum {
  readonly tag: string;
  readonly requests: bigint;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
  readonly nanoUsd: bigint;
}

/** What happened, as it was written down. Everything that ended before a question is in its answer. */
export interface FactStore {
  find(orgId: string, exchangeId: string): Promise<ExchangeFact | undefined>;
  list(query: FactQuery): Promise<FactPage>;
  /** From the sums of hours: times are rounded down to the hour. */
  sum(query: SumQuery): Promise<readonly UsageSum[]>;
  sumTags(filter: Pick<FactFilter, 'orgId' | 'fromMs' | 'toMs'>): Promise<readonly TagSum[]>;
  /** What scopes (`kind:id`) have spent since ever, in nano-dollars. */
  spend(orgId: string, scopes: readonly string[]): Promise<ReadonlyMap<string, bigint>>;
}
