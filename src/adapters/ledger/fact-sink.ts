import type { AttemptFact, ExchangeFact } from '../../core/facts/exchange-fact.ts';
import { moreUsage } from '../../core/facts/fact-usage.ts';
import { writeFactRecord } from '../../core/ledger/journal-record.ts';
import { writeDecision } from '../../core/routing/record/decision-record.ts';
import { treeHash } from '../../core/routing/record/tree-hash.ts';
import type { ExchangeRecord, ExchangeSink } from '../../ports/exchange-sink.ts';
import { fitsFrame } from './frame-buffer.ts';
import type { JournalWriter } from './journal-writer.ts';

/** Writes the fact of every exchange with a caller into the journal, beside its money. */
export class FactSink implements ExchangeSink {
  readonly #journal: JournalWriter;
  readonly #wallMs: () => number;

  constructor(journal: JournalWriter, wallMs: () => number) {
    this.#journal = journal;
    this.#wallMs = wallMs;
  }

  settled(record: ExchangeRecord): void {
    const { orgId, operation } = record;
    if (orgId === undefined || operation === undefined || operation === 'models' || operation === 'route') return;
    const fact = factOf(record, orgId, this.#wallMs());
    const text = writeFactRecord(JSON.stringify(fact));
    this.#journal.addFact(fitsFrame(text) ? text : writeFactRecord(shortText(fact)));
  }
}

const longestText = 500;

/** Callers and providers send what they like: of a fact that no record takes, the long texts are cut, and what says more than who and how much is left out. */
const shortText = (fact: Written<ExchangeFact>): string =>
  JSON.stringify({ ...fact, decision: undefined, metadata: undefined }, (_, value: unknown) =>
    typeof value === 'string' ? value.slice(0, longestText) : value,
  );

/** The fact as it is written, in the members of `ExchangeFact`. One object at once: every call writes one. */
const factOf = (record: ExchangeRecord, orgId: string, atMs: number): Written<ExchangeFact> => {
  const { usage } = record;
  const nanoUsd = record.nanoUsd?.toString();
  return {
    exchangeId: record.requestId,
    orgId,
    atMs,
    keyId: record.keyId,
    ...scopesOf(record.scopes),
    sessionId: record.sessionId,
    operation: record.operation ?? '',
    door: record.door ?? '',
    path: record.path,
    requestedModel: record.requestedModel,
    provider: record.provider,
    model: record.model,
    lane: record.lane,
    stream: record.stream,
    status: record.status,
    end: record.end,
    stop: record.stop ?? record.content?.stop,
    errorCode: record.errorCode,
    inputTokens: usage?.inputTokens,
    outputTokens: usage?.outputTokens,
    cacheReadTokens: usage?.cacheReadTokens,
    cacheWriteTokens: usage?.cacheWriteTokens,
    reasoningTokens: usage?.reasoningTokens,
    more: usage === undefined ? undefined : moreUsage(usage),
    nanoUsd,
    listNanoUsd: record.listNanoUsd?.toString(),
    priceVersion: record.priceVersion,
    source: record.chargeSource,
    durationMs: inMicroseconds(record.durationMs),
    firstByteMs: record.firstByteMs === undefined ? undefined : inMicroseconds(record.firstByteMs),
    overheadMs: inMicroseconds(record.overheadMs),
    attempts: attemptsOf(record),
    route: record.decision?.route,
    decision: decisionOf(record),
    metadata: record.metadata,
  };
};

const decisionOf = ({ decision, decidedBy }: ExchangeRecord): ExchangeFact['decision'] =>
  decision === undefined || decidedBy === undefined
    ? undefined
    : writeDecision(decision, decidedBy.facts, treeHash(decidedBy.route));

/** As it is written: amounts are text, and what is not known is left out. */
type Written<T> = {
  readonly [Name in keyof T]:
    | (T[Name] extends bigint | undefined
        ? string
        : T[Name] extends readonly AttemptFact[]
          ? readonly unknown[]
          : T[Name])
    | undefined;
};

const inMicroseconds = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000;

const attemptsOf = (record: ExchangeRecord): readonly Written<AttemptFact>[] => {
  const { tried = none, attemptId } = record;
  const earlier = tried.map(earlierOf);
  if (attemptId === undefined) return earlier;
  const before = tried.reduce((sum, { nanoUsd = 0n }) => sum + nanoUsd, 0n);
  const last = attemptOf(record, attemptId, record.nanoUsd === undefined ? undefined : `${record.nanoUsd - before}`);
  return earlier.length === 0 ? [last] : [...earlier, last];
};

const none: readonly AttemptFact[] = [];

const earlierOf = ({ durationMs, nanoUsd, ...attempt }: AttemptFact): Written<AttemptFact> => ({
  ...attempt,
  status: attempt.status,
  errorCode: attempt.errorCode,
  durationMs: durationMs === undefined ? undefined : inMicroseconds(durationMs),
  nanoUsd: nanoUsd?.toString(),
});

const attemptOf = (record: ExchangeRecord, attemptId: string, nanoUsd: string | undefined): Written<AttemptFact> => ({
  attemptId,
  target: `${record.provider ?? ''}/${record.model ?? ''}`,
  status: record.status,
  errorCode: record.errorCode,
  nanoUsd,
  durationMs: undefined,
});

const owners = { team: 'teamId', project: 'projectId', user: 'userId', customer: 'customer' } as const;

const noOwners: Partial<Written<ExchangeFact>> = {};

const scopesOf = (scopes: readonly string[] | undefined): Partial<Written<ExchangeFact>> => {
  // The first scope is the organisation, which has a member of its own.
  if (scopes === undefined || scopes.length <= 1) return noOwners;
  const found: Record<string, unknown> = {};
  const tags: string[] = [];
  for (const scope of scopes) {
    const colon = scope.indexOf(':');
    const kind = scope.slice(0, colon);
    const id = scope.slice(colon + 1);
    if (kind === 'tag') tags.push(id);
    else if (Object.hasOwn(owners, kind)) found[owners[kind as keyof typeof owners]] = id;
  }
  return tags.length === 0 ? found : { ...found, tags };
};
