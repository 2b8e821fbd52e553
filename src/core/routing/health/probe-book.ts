/** So many probes in a row that fail say that a provider is down; one alone may have been unlucky. */
const failuresToDown = 2;

export type ProbeChange = 'went-down' | 'came-back';

/** What probes found of providers, by id. Only those that are probed stand here. */
export class ProbeBook {
  readonly #failures = new Map<string, number>();

  /** A probe came back. The answer is what changed by it. */
  told(provider: string, well: boolean): ProbeChange | undefined {
    const before = this.#failures.get(provider) ?? 0;
    const after = well ? 0 : before + 1;
    this.#failures.set(provider, after);
    if (after === failuresToDown) return 'went-down';
    return well && before >= failuresToDown ? 'came-back' : undefined;
  }

  isDown(provider: string): boolean {
    return this.#failures.size > 0 && (this.#failures.get(provider) ?? 0) >= failuresToDown;
  }

  /** Providers that are not probed any more are not known to be down either. */
  keep(providers: ReadonlySet<string>): void {
    for (const provider of this.#failures.keys()) if (!providers.has(provider)) this.#failures.delete(provider);
  }
}
