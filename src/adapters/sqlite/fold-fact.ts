import type { Database, Statement } from 'bun:sqlite';
import { type ExchangeFact, factFromJson } from '../../core/facts/exchange-fact.ts';
import type { JsonObject } from '../../core/json/json.ts';

const hourMs = 3_600_000n;

/** Writes facts into the tables and adds them to the sums of their hour. A fact that is there already changes nothing. Call it inside a transaction. */
export class FactFolder {
  readonly #insert: Statement;
  readonly #sum: Statement;
  readonly #sumTag: Statement;

  constructor(database: Database) {
    this.#insert = database.prepare(
      `INSERT OR IGNORE INTO exchange (org_id, at_ms, exchange_id, key_id, team_id, project_id, user_id, customer, provider, model,
         status, nano_usd, fact) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const sums = ['requests', 'failures', 'input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens'];
    const all = [...sums, 'reasoning_tokens', 'nano_usd', 'duration_ms'];
    this.#sum = database.prepare(
      `INSERT INTO usage_hour (org_id, hour_ms, key_id, team_id, project_id, user_id, customer, provider, model, ${all.join(', ')})
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET ${all.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`,
    );
    this.#sumTag = database.prepare(
      `INSERT INTO tag_hour (org_id, hour_ms, tag, requests, input_tokens, output_tokens, nano_usd) VALUES (?, ?, ?, 1, ?, ?, ?)
         ON CONFLICT DO UPDATE SET requests = requests + 1, input_tokens = input_tokens + excluded.input_tokens,
           output_tokens = output_tokens + excluded.output_tokens, nano_usd = nano_usd + excluded.nano_usd`,
    );
  }

  fold(json: JsonObject): void {
    const fact = factFromJson(json);
    if (fact === undefined) return;
    const { changes } = this.#insert.run(
      fact.orgId,
      fact.atMs,
      fact.exchangeId,
      fact.keyId ?? null,
      fact.teamId ?? null,
      fact.projectId ?? null,
      fact.userId ?? null,
      fact.customer ?? null,
      fact.provider ?? null,
      fact.model ?? null,
      fact.status,
      fact.nanoUsd ?? 0n,
      JSON.stringify(json),
    );
    if (changes > 0) this.#add(fact);
  }

  #add(fact: ExchangeFact): void {
    const hour = (BigInt(Math.trunc(fact.atMs)) / hourMs) * hourMs;
    const nanoUsd = fact.nanoUsd ?? 0n;
    this.#sum.run(
      fact.orgId,
      hour,
      fact.keyId ?? '',
      fact.teamId ?? '',
      fact.projectId ?? '',
      fact.userId ?? '',
      fact.customer ?? '',
      fact.provider ?? '',
      fact.model ?? '',
      fact.end === 'done' ? 0 : 1,
      whole(fact.inputTokens),
      whole(fact.outputTokens),
      whole(fact.cacheReadTokens),
      whole(fact.cacheWriteTokens),
      whole(fact.reasoningTokens),
      nanoUsd,
      whole(fact.durationMs),
    );
    for (const tag of fact.tags ?? [])
      this.#sumTag.run(fact.orgId, hour, tag, whole(fact.inputTokens), whole(fact.outputTokens), nanoUsd);
  }
}

/** Counts come from providers, and some send nonsense. */
const whole = (count: number | undefined): number =>
  count !== undefined && Number.isSafeInteger(Math.trunc(count)) && count > 0 ? Math.trunc(count) : 0;
