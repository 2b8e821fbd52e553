import type { Database, Statement } from 'bun:sqlite';
import { type ExchangeFact, factFromJson } from '../../core/facts/exchange-fact.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { mostChargeNanoUsd } from '../../core/ledger/most-charge.ts';

const hourMs = 3_600_000;

/** What one row of sums gains in a batch. */
interface HourSum {
  readonly key: readonly (string | number)[];
  readonly counts: number[];
  nanoUsd: bigint;
}

const countNames = [
  'requests',
  'failures',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'duration_ms',
] as const;

/**
 * Writes facts into the tables and adds them to the sums of their hour. A fact that is there already changes nothing. Call `begin`, `fold` for each fact and
 * then `flush`, inside one transaction: a row of sums is written once a batch.
 */
export class FactFolder {
  readonly #insert: Statement;
  readonly #sum: Statement;
  readonly #sumTag: Statement;
  readonly #sums = new Map<string, HourSum>();
  readonly #tagSums = new Map<string, HourSum>();

  constructor(database: Database) {
    this.#insert = database.prepare(
      `INSERT OR IGNORE INTO exchange (org_id, at_ms, exchange_id, key_id, team_id, project_id, user_id, customer, provider, model,
         status, nano_usd, route, fact) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const all = [...countNames, 'nano_usd'];
    this.#sum = database.prepare(
      `INSERT INTO usage_hour (org_id, hour_ms, key_id, team_id, project_id, user_id, customer, provider, model, ${all.join(', ')})
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?${', ?'.repeat(all.length)})
         ON CONFLICT DO UPDATE SET ${all.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`,
    );
    this.#sumTag = database.prepare(
      `INSERT INTO tag_hour (org_id, hour_ms, tag, requests, input_tokens, output_tokens, nano_usd) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, input_tokens = input_tokens + excluded.input_tokens,
           output_tokens = output_tokens + excluded.output_tokens, nano_usd = nano_usd + excluded.nano_usd`,
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
      chargeOf(fact),
      fact.decision === undefined ? null : (fact.route ?? null),
      text,
    );
    if (changes > 0) this.#add(fact);
  }

  /** Forgets what an earlier batch left when it could not be written. */
  begin(): void {
    this.#sums.clear();
    this.#tagSums.clear();
  }

  /** Writes what the batch came to. */
  flush(): void {
    for (const { key, counts, nanoUsd } of this.#sums.values()) this.#sum.run(...key, ...counts, nanoUsd);
    this.#sums.clear();
    for (const { key, counts, nanoUsd } of this.#tagSums.values()) this.#sumTag.run(...key, ...counts, nanoUsd);
    this.#tagSums.clear();
  }

  #add(fact: ExchangeFact): void {
    const hour = Math.floor(fact.atMs / hourMs) * hourMs;
    const { keyId = '', teamId = '', projectId = '', userId = '', customer = '', provider = '', model = '' } = fact;
    const nanoUsd = chargeOf(fact);
    const tokens = [fact.inputTokens, fact.outputTokens] as const;
    const counts = [
      1,
      fact.end === 'done' ? 0 : 1,
      ...tokens.map(whole),
      whole(fact.cacheReadTokens),
      whole(fact.cacheWriteTokens),
      whole(fact.reasoningTokens),
      whole(fact.durationMs),
    ];
    addTo(this.#sums, [fact.orgId, hour, keyId, teamId, projectId, userId, customer, provider, model], {
      counts,
      nanoUsd,
    });
    for (const tag of fact.tags ?? [])
      addTo(this.#tagSums, [fact.orgId, hour, tag], { counts: [1, ...tokens.map(whole)], nanoUsd });
  }
}

const chargeOf = ({ nanoUsd = 0n }: ExchangeFact): bigint =>
  nanoUsd > mostChargeNanoUsd ? mostChargeNanoUsd : nanoUsd;

const addTo = (
  sums: Map<string, HourSum>,
  key: readonly (string | number)[],
  more: { readonly counts: readonly number[]; readonly nanoUsd: bigint },
): void => {
  const name = key.join('\n');
  const known = sums.get(name);
  if (known === undefined) {
    sums.set(name, { key, counts: [...more.counts], nanoUsd: more.nanoUsd });
    return;
  }
  more.counts.forEach((count, place) => {
    known.counts[place] = (known.counts[place] ?? 0) + count;
  });
  known.nanoUsd += more.nanoUsd;
};

/** Counts come from providers, and some send nonsense. */
const whole = (count: number | undefined): number =>
  count !== undefined && Number.isSafeInteger(Math.trunc(count)) && count > 0 ? Math.trunc(count) : 0;
