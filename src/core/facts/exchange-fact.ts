import { isArray, isObject, type JsonObject } from '../json/json.ts';
import type { MoreUsage } from './fact-usage.ts';

/** One try of an exchange at a target. */
export interface AttemptFact {
  readonly attemptId: string;
  /** `provider/model`. */
  readonly target: string;
  readonly status?: number;
  readonly errorCode?: string;
  readonly nanoUsd?: bigint;
  readonly durationMs?: number;
}

/**
 * What is kept of every exchange, without loss: who, where to, how long, how much. No content and no secrets. The schema is fixed: members are added,
 * never renamed. Times are milliseconds, amounts nano-dollars.
 */
export interface ExchangeFact {
  readonly exchangeId: string;
  readonly orgId: string;
  readonly atMs: number;
  readonly keyId?: string;
  readonly teamId?: string;
  readonly projectId?: string;
  readonly userId?: string;
  /** The caller's own end user. */
  readonly customer?: string;
  readonly tags?: readonly string[];
  readonly sessionId?: string;
  readonly operation: string;
  readonly door: string;
  readonly path: string;
  readonly requestedModel?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly lane?: string;
  readonly stream: boolean;
  readonly status: number;
  readonly end: string;
  readonly stop?: string;
  readonly errorCode?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
  /** What was counted beyond these. */
  readonly more?: MoreUsage;
  /** What the caller is charged, of all attempts together. */
  readonly nanoUsd?: bigint;
  /** At list price, before discount and margin. */
  readonly listNanoUsd?: bigint;
  readonly priceVersion?: string;
  /** Where the counts come from: the provider, our own count, or what passed until it broke. */
  readonly source?: string;
  readonly durationMs: number;
  readonly firstByteMs?: number;
  readonly overheadMs: number;
  readonly attempts: readonly AttemptFact[];
  /** The route that chose where it went. */
  readonly route?: string;
  /** Why it went there, as `readDecision` reads it. */
  readonly decision?: JsonObject;
  /** The caller's own words about the call. */
  readonly metadata?: JsonObject;
}

const amounts = ['nanoUsd', 'listNanoUsd'] as const;

/** Reads a fact the gateway wrote. Undefined when it lacks what every fact has. */
export const factFromJson = (json: JsonObject): ExchangeFact | undefined => {
  for (const name of ['exchangeId', 'orgId', 'operation', 'door', 'end'])
    if (typeof json[name] !== 'string') return undefined;
  if (typeof json['atMs'] !== 'number' || typeof json['status'] !== 'number') return undefined;
  const attempts = isArray(json['attempts']) ? json['attempts'].filter(isObject).map(withAmounts) : [];
  return { ...withAmounts(json), attempts } as unknown as ExchangeFact;
};

const withAmounts = (json: JsonObject): Record<string, unknown> => {
  const members: Record<string, unknown> = { ...json };
  for (const name of amounts) {
    const value = json[name];
    if (typeof value === 'string' && /^-?\d+$/.test(value)) members[name] = BigInt(value);
  }
  return members;
};
