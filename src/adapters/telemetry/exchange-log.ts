import type { ExchangeRecord, ExchangeSink } from '../../ports/exchange-sink.ts';
import { exchangeLine } from './exchange-line.ts';

const flushMs = 50;
const flushCharacters = 64 * 1024;

/** Which ends are worth an operator's look. */
const levels: Readonly<Record<ExchangeRecord['end'], 'info' | 'warn' | 'error'>> = {
  done: 'info',
  refused: 'warn',
  failed: 'error',
  'client-gone': 'info',
  'client-stalled': 'warn',
  drained: 'warn',
  'budget-stop': 'warn',
};

const severity = { debug: 0, info: 1, warn: 2, error: 3 } as const;

export interface ExchangeLogOptions {
  readonly level: keyof typeof severity;
  readonly format: 'json' | 'text';
  readonly nowMs: () => number;
  /** Takes whole lines. */
  readonly write: (text: string) => void;
}

/** One line an exchange, where its outcome is known. Lines are gathered for a moment, so that logging costs no system call each. */
export class ExchangeLog implements ExchangeSink {
  readonly #options: ExchangeLogOptions;
  #lines = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ExchangeLogOptions) {
    this.#options = options;
  }

  settled(record: ExchangeRecord): void {
    const level = levels[record.end];
    if (severity[level] < severity[this.#options.level]) return;
    this.#lines +=
      this.#options.format === 'json' ? exchangeLine(record, level, this.#options.nowMs()) : this.#text(record, level);
    if (this.#lines.length > flushCharacters) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), flushMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines === '') return;
    const text = this.#lines;
    this.#lines = '';
    this.#options.write(text);
  }

  #text(record: ExchangeRecord, level: string): string {
    const { usage } = record;
    const tokens = usage === undefined ? '' : ` ${usage.inputTokens}+${usage.outputTokens} tokens`;
    const target = record.provider === undefined ? '' : ` ${record.provider}/${record.model}`;
    const error = record.errorCode === undefined ? '' : ` ${record.errorCode}: ${record.errorMessage}`;
    return `${level} ${record.method} ${record.path} ${record.status}${target} ${record.end} ${Math.round(record.durationMs)} ms${tokens}${error}\n`;
  }
}
