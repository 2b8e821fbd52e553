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

interface ExchangeSeries extends Pick<ExchangeRecord, 'door' | 'lane' | 'end'> {
  readonly statusClass: number;
  count: number;
}

/** One provider's counts. Series are told apart member by member: label text is made when it is asked for, not with every exchange. */
class ProviderCounts {
  readonly #series: ExchangeSeries[] = [];
  #countedTokens = false;
  #inputTokens = 0;
  #outputTokens = 0;
  #cacheReadTokens = 0;

  add(record: ExchangeRecord): void {
    this.#seriesOf(record).count += 1;
    const { usage } = record;
    if (usage === undefined) return;
    this.#countedTokens = true;
    this.#inputTokens += usage.inputTokens;
    this.#outputTokens += usage.outputTokens;
    this.#cacheReadTokens += usage.cacheReadTokens ?? 0;
  }

  writeExchanges(provider: string): string {
    return this.#series
      .map(
        ({ door, lane, statusClass, end, count }) =>
          `sluice_exchanges_total{door="${door ?? ''}",lane="${lane ?? ''}",provider="${provider}",status="${statusClass}xx",end="${end}"} ${count}\n`,
      )
      .join('');
  }

  writeTokens(provider: string): string {
    if (!this.#countedTokens) return '';
    const line = (kind: string, tokens: number): string =>
      `sluice_tokens_total{provider="${provider}",kind="${kind}"} ${tokens}\n`;
    return (
      line('input', this.#inputTokens) + line('output', this.#outputTokens) + line('cache_read', this.#cacheReadTokens)
    );
  }

  #seriesOf({ door, lane, end, status }: ExchangeRecord): ExchangeSeries {
    const statusClass = Math.floor(status / 100);
    for (const series of this.#series) {
      if (series.door !== door || series.lane !== lane) continue;
      if (series.statusClass === statusClass && series.end === end) return series;
    }
    const made = { door, lane, end, statusClass, count: 0 } as ExchangeSeries;
    this.#series.push(made);
    return made;
  }
}

/** Prometheus metrics over exchanges. */
export class ExchangeMetrics implements ExchangeSink {
  readonly #providers = new Map<string, ProviderCounts>();
  readonly #errors = new Counter();
  readonly #duration = new Histogram(durationEdges);
  readonly #overhead = new Histogram(overheadEdges);
  readonly #firstByte = new Histogram(durationEdges);

  settled(record: ExchangeRecord): void {
    const provider = record.provider ?? '';
    this.#countsOf(provider).add(record);
    if (record.errorCode !== undefined) this.#errors.add(`provider="${provider}",code="${record.errorCode}"`, 1);
    this.#duration.observe(record.durationMs / 1000);
    this.#overhead.observe(record.overheadMs / 1000);
    if (record.stream) this.#firstByte.observe((record.firstByteMs ?? 0) / 1000);
  }

  #countsOf(provider: string): ProviderCounts {
    const known = this.#providers.get(provider);
    if (known !== undefined) return known;
    const counts = new ProviderCounts();
    this.#providers.set(provider, counts);
    return counts;
  }

  /** The text format. `open` is the number of exchanges under way. */
  write(open: number): string {
    const counts = [...this.#providers];
    return [
      '# TYPE sluice_exchanges_total counter\n',
      ...counts.map(([provider, of]) => of.writeExchanges(provider)),
      this.#errors.write('sluice_errors_total'),
      '# TYPE sluice_tokens_total counter\n',
      ...counts.map(([provider, of]) => of.writeTokens(provider)),
      this.#duration.write('sluice_exchange_duration_seconds'),
      this.#overhead.write('sluice_overhead_seconds'),
      this.#firstByte.write('sluice_stream_first_byte_seconds'),
      `# TYPE sluice_exchanges_open gauge\nsluice_exchanges_open ${open}\n`,
      `# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes ${process.memoryUsage.rss()}\n`,
    ].join('');
  }
}
