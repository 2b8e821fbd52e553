import type { Database, Statement } from 'bun:sqlite';
import { factFromJson } from '../../core/facts/exchange-fact.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { FactSums, factCharge, hourCounts, tagCounts } from '../../core/ledger/fold/fact-sums.ts';

/**
 * Writes facts into the tables and adds them to the sums of their hour. A fact that is there already changes nothing. Call `begin`, `fold` for each fact and
 * then `flush`, inside one transaction: a row of sums is written once a batch.
 */
export class FactFolder {
  readonly #insert: Statement;
  readonly #sum: Statement;
  readonly #sumTag: Statement;
  readonly #sums = new FactSums();

  constructor(database: Database) {
    this.#insert = database.prepare(
      `INSERT OR IGNORE INTO exchange (org_id, at_ms, exchange_id, key_id, team_id, project_id, user_id, customer, provider, model,
         status, nano_usd, route, fact) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const all = [...hourCounts, 'nano_usd'];
    this.#sum = database.prepare(
      `INSERT INTO usage_hour (org_id, hour_ms, key_id, team_id, project_id, user_id, customer, provider, model, ${all.join(', ')})
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?${', ?'.repeat(all.length)})
         ON CONFLICT DO UPDATE SET ${adding(all)}`,
    );
    this.#sumTag = database.prepare(
      `INSERT INTO tag_hour (org_id, hour_ms, tag, ${[...tagCounts, 'nano_usd'].join(', ')}) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET ${adding([...tagCounts, 'nano_usd'])}`,
    );
  }

  /** `text`: the same as it was written, which is kept. */
  fold(json: JsonObject, text: string): void {
    const fact = factFromJson(json);
    if (fact === undefined) return;
    const { changes } = this.#insert.run(
      fact.orgId,
      Math.trunc(fact.atMs),
      fact.exchangeId,
      fact.keyId ?? null,
      fact.teamId ?? null,
      fact.projectId ?? null,
      fact.userId ?? null,
      fact.customer ?? null,
      fact.provider ?? null,
      fact.model ?? null,
      fact.status,
      factCharge(fact),
      fact.decision === undefined ? null : (fact.route ?? null),
      text,
    );
    if (changes > 0) this.#sums.add(fact);
  }

  /** Forgets what an earlier batch left when it could not be written. */
  begin(): void {
    this.#sums.clear();
  }

  /** Writes what the batch came to. */
  flush(): void {
    const { hours, tags } = this.#sums.removeAll();
    for (const { key, counts, nanoUsd } of hours) this.#sum.run(...key, ...counts, nanoUsd);
    for (const { key, counts, nanoUsd } of tags) this.#sumTag.run(...key, ...counts, nanoUsd);
  }
}

const adding = (names: readonly string[]): string =>
  names.map((name) => `${name} = ${name} + excluded.${name}`).join(', ');
