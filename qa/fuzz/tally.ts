import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import { spentMs } from './spent.ts';

export interface Finding {
  readonly kind: 'crash' | 'http5xx' | 'slow' | 'malformed';
  /** Which case of the seed it was, and where in the path. */
  readonly case: string;
  readonly what: string;
}

/** A case; `refused` when it ended in an error that is handed to the client as it must be. */
export type Work = () => 'refused' | undefined;

/** Processor time of one case. */
export const slowMs = 100;

/** Counts what came of the cases, and keeps the first findings of each kind and place. */
export class Tally {
  readonly counts = { accepted: 0, refused: 0, crash: 0, http5xx: 0, slow: 0, malformed: 0 };
  readonly findings: Finding[] = [];
  maxMs = 0;
  readonly #seen = new Map<string, number>();

  /**
   * Runs one case. Its processor time is judged, not the time a busy machine lets it wait. What takes long is run again, a few times, and counts
   * as slow only if it never was quick: a collection of rubbish may fall on any case. `mostMs` is the limit.
   */
  run(name: string, work: Work, mostMs = slowMs): void {
    const first = this.#once(name, work);
    const tookMs = first < mostMs ? first : Math.min(first, ...Array.from({ length: 4 }, () => timed(work)));
    this.maxMs = Math.max(this.maxMs, tookMs);
    if (tookMs >= mostMs) this.report({ kind: 'slow', case: name, what: `${Math.round(tookMs)} ms` });
  }

  report(finding: Finding): void {
    this.counts[finding.kind] += 1;
    const key = `${finding.kind} ${finding.what}`;
    const seen = this.#seen.get(key) ?? 0;
    this.#seen.set(key, seen + 1);
    if (seen < 2 && this.findings.length < 60) this.findings.push(finding);
  }

  #once(name: string, work: Work): number {
    const start = spentMs();
    try {
      this.counts[work() ?? 'accepted'] += 1;
    } catch (error) {
      this.#failed(name, error);
    }
    return spentMs() - start;
  }

  #failed(name: string, error: unknown): void {
    if (!(error instanceof GatewayError)) {
      this.report({ kind: 'crash', case: name, what: describe(error) });
    } else if (error.status >= 500) {
      this.report({ kind: 'http5xx', case: name, what: `${error.code}: ${error.message}` });
    } else this.counts.refused += 1;
  }
}

const timed = (work: Work): number => {
  const start = spentMs();
  try {
    work();
  } catch {
    // Its outcome was counted the first time.
  }
  return spentMs() - start;
};

export const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const frames = (error.stack ?? '').split('\n').filter((line) => line.includes('/src/'));
  return `${error.name}: ${error.message} ${frames
    .slice(0, 2)
    .map((line) => line.trim().replace(/^.*\/src\//, 'src/'))
    .join(' < ')}`;
};
