import type { Database } from 'bun:sqlite';
import { join } from 'node:path';
import { type ExchangeFact, factFromJson } from '../../../core/facts/exchange-fact.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { Rerated, Unrated } from '../../../core/ledger/rerate.ts';
import { lockDirectory } from '../data-lock.ts';
import { RecordFolder } from '../fold-record.ts';
import { ledgerOperations } from '../nouns/ledger.ts';
import { openDatabase } from '../open-database.ts';

export interface RerateQuery {
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Change nothing. */
  readonly dryRun: boolean;
  rerate(unrated: Unrated): Rerated;
}

export interface RerateResult {
  /** Attempts that were charged without a price of their own. */
  readonly unrated: number;
  readonly adjusted: number;
  /** What all corrections come to; nano-dollars. */
  readonly nanoUsd: bigint;
  readonly same: number;
  readonly noUsage: number;
  /** Of whose model nobody knows a price yet, by target. */
  readonly noPrice: Readonly<Record<string, number>>;
}

/** Corrects what was charged without a price, in one step. Throws while a server runs there: its memory would not know. */
export const rerateLedger = (directory: string, query: RerateQuery): RerateResult => {
  const held = lockDirectory(directory);
  try {
    const database = openDatabase(join(directory, 'sluice.db'));
    try {
      ledgerOperations['ledger.begin']({ database, directory, changed: () => undefined }, { acceptLoss: false });
      return database.transaction(() => rerateAll(database, query))();
    } finally {
      database.close();
    }
  } finally {
    held.close();
  }
};

interface Row {
  readonly attemptId: string;
  readonly target: string;
  readonly charged: bigint;
  readonly fact: string | null;
}

const rerateAll = (database: Database, { fromMs = 0, toMs = Number.MAX_SAFE_INTEGER, dryRun, rerate }: RerateQuery) => {
  const rows = database
    .query(
      `SELECT attempt.attempt_id AS attemptId, target, exchange.fact AS fact,
         (SELECT sum(nano_usd) FROM entry WHERE entry.attempt_id = attempt.attempt_id) AS charged
       FROM attempt LEFT JOIN exchange ON exchange.org_id = attempt.org_id AND exchange.exchange_id = attempt.exchange_id
       WHERE (price_version = 'unpriced' OR price_version LIKE 'ceiling%') AND state IN ('settled', 'estimated')
         AND source IS NOT 'none' AND goodwill_nano_usd = 0 AND attempt.at_ms >= ? AND attempt.at_ms < ?`,
    )
    .all(fromMs, toMs) as readonly Row[];
  const folder = new RecordFolder(database);
  folder.begin();
  const noPrice: Record<string, number> = {};
  const counts = { adjusted: 0, same: 0, noUsage: 0 };
  let nanoUsd = 0n;
  for (const { attemptId, target, charged, fact } of rows) {
    const found = rerate({ attemptId, target, chargedNanoUsd: charged, fact: factOf(fact) });
    if (found.kind === 'no-price') noPrice[target] = (noPrice[target] ?? 0) + 1;
    else if (found.kind === 'no-usage') counts.noUsage += 1;
    else if (found.kind === 'same') counts.same += 1;
    else {
      counts.adjusted += 1;
      nanoUsd += found.record.nanoUsd;
      if (!dryRun) folder.fold(found.record);
    }
  }
  folder.flush();
  return { unrated: rows.length, ...counts, nanoUsd, noPrice };
};

const factOf = (text: string | null): ExchangeFact | undefined =>
  text === null ? undefined : factFromJson(JSON.parse(text) as JsonObject);
