/** What one counter or scope of an organisation gains in a batch. Nano-dollars; `held` may fall. */
export interface AmountSum {
  readonly orgId: string;
  readonly id: string;
  readonly settled: bigint;
  readonly held: bigint;
}

/** Sums by organisation and id, so that a row is written once a batch. */
export class AmountSums {
  readonly #sums = new Map<string, { readonly orgId: string; readonly id: string; settled: bigint; held: bigint }>();

  add(orgId: string, ids: readonly string[], by: { readonly settled: bigint; readonly held: bigint }): void {
    if (by.settled === 0n && by.held === 0n) return;
    for (const id of ids) {
      const key = `${orgId}\n${id}`;
      const known = this.#sums.get(key);
      if (known === undefined) this.#sums.set(key, { orgId, id, ...by });
      else {
        known.settled += by.settled;
        known.held += by.held;
      }
    }
  }

  clear(): void {
    this.#sums.clear();
  }

  /** Those that changed, in an order that is the same everywhere: writers who lock rows in it never wait for each other in a circle. */
  removeAll(): readonly AmountSum[] {
    const sums = [...this.#sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum);
    this.#sums.clear();
    return sums.filter(({ settled, held }) => settled !== 0n || held !== 0n);
  }
}
