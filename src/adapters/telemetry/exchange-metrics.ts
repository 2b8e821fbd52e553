import type { ExchangeRecord, ExchangeSink } from '../../ports/exchange-sink.ts';

/** Upper edges in seconds. Overhead is a matter of microseconds, durations of seconds. */
const durationEdges = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const overheadEdges = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25];

class Histogram {
  readonly #edges: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(edges: readonly number[]) {
    this.#edges = edges;
    this.#counts = edges.map(() => 0);
  }

  observe(seconds: number): void {
    this.#sum += seconds;
    this.#count += 1;
    for (let index = 0; index < this.#edges.length; index += 1) {
      if (seconds > (this.#edges[index] ?? 0)) continue;
      this.#counts[index] = (this.#counts[index] ?? 0) + 1;
      return;
    }
  }

  write(name: string): string {
    let below = 0;
    const buckets = this.#edges.map((edge, index) => {
      below += this.#counts[index] ?? 0;
      return `${name}_bucket{le="${edge}"} ${below}\n`;
    });
    return `# TYPE ${name} histogram\n${buckets.join('')}${name}_bucket{le="+Inf"} ${this.#count}\n${name}_sum ${this.#sum}\n${name}_count ${this.#count}\n`;
  }
}

/** Counts by label set. Labels come from closed lists (doors, lanes, configured providers, status classes), never from a request. */
class Counter {
  readonly #values = new Map<string, number>();

  add(labels: string, by: number): void {
    this.#values.set(labels, (this.#values.get(labels) ?? 0) + by);
  }

  write(name: string): string {
    const lines = [...this.#values].map(([labels, value]) => `${name}{${labels}} ${value}\n`);
    return `# TYPE ${name} counter\n${lines.join('')}`;
  }
}

/** Prometheus metrics over exchanges. */
export class ExchangeMetrics implements ExchangeSink {
  readonly #exchanges = new Counter();
  readonly #errors = new Counter();
  readonly #tokens = new Counter();
  readonly #duration = new Histogram(durationEdges);
  readonly #overhead = new Histogram(overheadEdges);
  readonly #firstByte = new Histogram(durationEdges);

  settled(record: ExchangeRecord): void {
    const provider = record.provider ?? '';
    this.#exchanges.add(
      `door="${record.door ?? ''}",lane="${record.lane ?? ''}",provider="${provider}",status="${statusClass(record.status)}",end="${record.end}"`,
      1,
    );
    if (record.errorCode !== undefined) this.#errors.add(`provider="${provider}",code="${record.errorCode}"`, 1);
    if (record.usage !== undefined) {
      this.#tokens.add(`provider="${provider}",kind="input"`, record.usage.inputTokens);
      this.#tokens.add(`provider="${provider}",kind="output"`, record.usage.outputTokens);
      this.#tokens.add(`provider="${provider}",kind="cache_read"`, record.usage.cacheReadTokens ?? 0);
    }
    this.#duration.observe(record.durationMs / 1000);
    this.#overhead.observe(record.overheadMs / 1000);
    if (record.stream) this.#firstByte.observe((record.firstByteMs ?? 0) / 1000);
  }

  /** The text format. `open` is the number of exchanges under way. */
  write(open: number): string {
    return [
      this.#exchanges.write('sluice_exchanges_total'),
      this.#errors.write('sluice_errors_total'),
      this.#tokens.write('sluice_tokens_total'),
      this.#duration.write('sluice_exchange_duration_seconds'),
      this.#overhead.write('sluice_overhead_seconds'),
      this.#firstByte.write('sluice_stream_first_byte_seconds'),
      `# TYPE sluice_exchanges_open gauge\nsluice_exchanges_open ${open}\n`,
      `# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes ${process.memoryUsage.rss()}\n`,
    ].join('');
  }
}

const statusClass = (status: number): string => `${Math.floor(status / 100)}xx`;
