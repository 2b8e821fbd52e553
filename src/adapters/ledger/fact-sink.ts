import { type AttemptFact, type ExchangeFact, factToJson } from '../../core/facts/exchange-fact.ts';
import { writeJournalRecord } from '../../core/ledger/journal-record.ts';
import type { ExchangeRecord, ExchangeSink } from '../../ports/exchange-sink.ts';
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
    if (record.orgId === undefined || record.operation === undefined || record.operation === 'models') return;
    const fact = factOf(record, record.orgId, this.#wallMs());
    this.#journal.addFact(writeJournalRecord({ kind: 'fact', fact: factToJson(fact) }));
  }
}

const factOf = (record: ExchangeRecord, orgId: string, atMs: number): ExchangeFact => {
  const { usage } = record;
  return present({
    exchangeId: record.requestId,
    orgId,
    atMs,
    keyId: record.keyId,
    ...scopesOf(record.scopes ?? []),
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
    stop: record.content?.stop,
    errorCode: record.errorCode,
    inputTokens: usage?.inputTokens,
    outputTokens: usage?.outputTokens,
    cacheReadTokens: usage?.cacheReadTokens,
    cacheWriteTokens: usage?.cacheWriteTokens,
    reasoningTokens: usage?.reasoningTokens,
    nanoUsd: record.nanoUsd,
    listNanoUsd: record.listNanoUsd,
    priceVersion: record.priceVersion,
    source: record.chargeSource,
    durationMs: record.durationMs,
    firstByteMs: record.firstByteMs,
    overheadMs: record.overheadMs,
    attempts: attemptsOf(record),
  });
};

const attemptsOf = (record: ExchangeRecord): readonly AttemptFact[] =>
  record.attemptId === undefined
    ? []
    : [
        {
          attemptId: record.attemptId,
          target: `${record.provider ?? ''}/${record.model ?? ''}`,
          status: record.status,
          ...(record.errorCode === undefined ? {} : { errorCode: record.errorCode }),
          ...(record.nanoUsd === undefined ? {} : { nanoUsd: record.nanoUsd }),
        },
      ];

const owners = { team: 'teamId', project: 'projectId', user: 'userId', customer: 'customer' } as const;

const scopesOf = (scopes: readonly string[]): Partial<ExchangeFact> => {
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

type Optional<T> = { readonly [Name in keyof T]: T[Name] | undefined };

/** Leaves out what is not known. */
const present = (fact: Optional<ExchangeFact>): ExchangeFact =>
  Object.fromEntries(Object.entries(fact).filter(([, value]) => value !== undefined)) as unknown as ExchangeFact;
