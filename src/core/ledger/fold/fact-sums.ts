import type { ExchangeFact } from '../../facts/exchange-fact.ts';
import { mostChargeNanoUsd } from '../most-charge.ts';

const hourMs = 3_600_000;

/** What is counted of each fact, in the columns' order. */
export const hourCounts = [
  'requests',
  'failures',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'duration_ms',
] as const;

export const tagCounts = ['requests', 'input_tokens', 'output_tokens'] as const;

/** What one row of sums gains in a batch. */
export interface FactSum {
  /** Hours: organisation, hour, key, team, project, user, customer, provider, model. Tags: organisation, hour, tag. */
  readonly key: readonly (string | number)[];
  /** In the order of `hourCounts` or `tagCounts`. */
  readonly counts: readonly number[];
  readonly nanoUsd: bigint;
}

interface Gathered extends FactSum {
  readonly counts: number[];
  nanoUsd: bigint;
}

/** Sums of facts by their hour, so that a row is written once a batch. */
export class FactSums {
  readonly #hours = new Map<string, Gathered>();
  readonly #tags = new Map<string, Gathered>();

  add(fact: ExchangeFact): void {
    const hour = Math.floor(fact.atMs / hourMs) * hourMs;
    const { keyId = '', teamId = '', projectId = '', userId = '', customer = '', provider = '', model = '' } = fact;
    const nanoUsd = factCharge(fact);
    const tokens = [whole(fact.inputTokens), whole(fact.outputTokens)] as const;
    const counts = [
      1,
      fact.end === 'done' ? 0 : 1,
      ...tokens,
      whole(fact.cacheReadTokens),
      whole(fact.cacheWriteTokens),
      whole(fact.reasoningTokens),
      whole(fact.durationMs),
    ];
    const key = [fact.orgId, hour, keyId, teamId, projectId, userId, customer, provider, model];
    addTo(this.#hours, { key, counts, nanoUsd });
    for (const tag of fact.tags ?? [])
      addTo(this.#tags, { key: [fact.orgId, hour, tag], counts: [1, ...tokens], nanoUsd });
  }

  clear(): void {
    this.#hours.clear();
    this.#tags.clear();
  }

  /** In an order that is the same everywhere: writers who lock rows in it never wait for each other in a circle. */
  removeAll(): { readonly hours: readonly FactSum[]; readonly tags: readonly FactSum[] } {
    const sums = { hours: sorted(this.#hours), tags: sorted(this.#tags) };
    this.clear();
    return sums;
  }
}

/** What a fact adds to sums: no more than any attempt is charged. */
export const factCharge = ({ nanoUsd = 0n }: ExchangeFact): bigint =>
  nanoUsd > mostChargeNanoUsd ? mostChargeNanoUsd : nanoUsd;

const sorted = (sums: ReadonlyMap<string, FactSum>): readonly FactSum[] =>
  [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum);

const addTo = (sums: Map<string, Gathered>, more: FactSum): void => {
  const name = more.key.join('\n');
  const known = sums.get(name);
  if (known === undefined) {
    sums.set(name, { ...more, counts: [...more.counts] });
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
