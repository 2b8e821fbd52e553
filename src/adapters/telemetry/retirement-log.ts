import type { ExchangeRecord, ExchangeSink } from '../../ports/exchange-sink.ts';

interface RetirementLogOptions {
  /** The day it is, `YYYY-MM-DD`. */
  readonly today: () => string;
  readonly nowMs: () => number;
  /** Takes log lines, without a line end. */
  readonly write: (line: string) => void;
}

/** Says once a day of each model in use that it is gone or goes soon. */
export class RetirementLog implements ExchangeSink {
  readonly #options: RetirementLogOptions;
  readonly #told = new Set<string>();
  #day = '';

  constructor(options: RetirementLogOptions) {
    this.#options = options;
  }

  settled({ notices }: ExchangeRecord): void {
    if (notices === undefined) return;
    const today = this.#options.today();
    if (today !== this.#day) {
      this.#day = today;
      this.#told.clear();
    }
    for (const { provider, model, text, retiresOn } of notices) {
      const name = `${provider}/${model}`;
      if (retiresOn === undefined || this.#told.has(name)) continue;
      this.#told.add(name);
      const time = new Date(this.#options.nowMs()).toISOString();
      this.#options.write(
        JSON.stringify({ time, level: 'warn', event: 'model-retirement', provider, model, retiresOn, message: text }),
      );
    }
  }
}
