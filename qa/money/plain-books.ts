import type { HeldRecord, LedgerRecord } from '../../src/core/ledger/journal-record.ts';

interface Seen {
  readonly held: HeldRecord;
  nowHeld: bigint;
  final?: bigint;
}

/** What a journal comes to, reckoned attempt by attempt without any of the ledger's own code: counter → settled and held. */
export const plainBooks = (
  records: readonly LedgerRecord[],
): {
  readonly counters: ReadonlyMap<string, readonly [bigint, bigint]>;
  readonly finals: ReadonlyMap<string, bigint>;
} => {
  const attempts = new Map<string, Seen>();
  for (const record of records) {
    if (record.kind === 'held' && !attempts.has(record.attemptId))
      attempts.set(record.attemptId, { held: record, nowHeld: record.nanoUsd });
    const seen = record.kind === 'adjusted' ? undefined : attempts.get(record.attemptId);
    if (seen === undefined || seen.final !== undefined) continue;
    if (record.kind === 'progress') seen.nowHeld = record.heldNanoUsd;
    if (record.kind === 'void') seen.final = 0n;
    if (record.kind === 'settled' || record.kind === 'estimated') seen.final = record.nanoUsd;
  }
  const counters = new Map<string, readonly [bigint, bigint]>();
  const finals = new Map<string, bigint>();
  for (const [id, { held, nowHeld, final }] of attempts) {
    if (final !== undefined) finals.set(id, final);
    for (const counter of held.counters) {
      const [settled, open] = counters.get(counter) ?? [0n, 0n];
      counters.set(counter, final === undefined ? [settled, open + nowHeld] : [settled + final, open]);
    }
  }
  return { counters, finals };
};
