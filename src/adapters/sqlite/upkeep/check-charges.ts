import type { Database } from 'bun:sqlite';
import { type ExchangeFact, factFromJson } from '../../../core/facts/exchange-fact.ts';
import { usageOfFact } from '../../../core/facts/fact-usage.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { billOf } from '../../../core/money/bill.ts';
import { type PriceDocument, readPriceDocument } from '../../../core/money/price-names.ts';

interface Row {
  readonly fact: string;
  readonly charged: bigint;
  readonly total: bigint;
  readonly name: string;
  readonly document: string;
}

/** Counts charges that their stored counts and their stored price do not give. What was capped, insured or made of several calls has no such sum. */
export const wrongCharges = (database: Database): number => {
  const rows = database
    .query(
      `SELECT exchange.fact, final_nano_usd AS charged, exchange.nano_usd AS total, name, document FROM attempt
         JOIN price_version ON name = price_version
         JOIN exchange ON exchange.org_id = attempt.org_id AND exchange.exchange_id = attempt.exchange_id
         WHERE state IN ('settled', 'estimated') AND source IS NOT 'none' AND goodwill_nano_usd = 0`,
    )
    .iterate() as IterableIterator<Row>;
  const documents = new Map<string, PriceDocument>();
  let wrong = 0;
  for (const { fact, charged, total, name, document } of rows) {
    const read = factFromJson(JSON.parse(fact) as JsonObject);
    if (read === undefined || charged !== total || read.attempts.length !== 1) continue;
    const known = documents.get(name) ?? readPriceDocument(document);
    documents.set(name, known);
    if (!isRight(read, charged, known)) wrong += 1;
  }
  return wrong;
};

const isRight = (fact: ExchangeFact, charged: bigint, { price, terms }: PriceDocument): boolean => {
  const usage = usageOfFact(fact);
  return usage === undefined || billOf(usage, price, { terms }).nanoUsd === charged;
};
