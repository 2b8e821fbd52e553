import { expect, test } from 'bun:test';
import type { LoadResult } from '../instruments.ts';
import type { BenchRun, RawRun } from '../measure/bench-run.ts';
import type { SubjectId } from '../measure/subject.ts';
import { planFor } from '../options.ts';
import { doubtsOf } from './checks.ts';
import { median, rowsOf } from './rows.ts';

const quantiles = (p50: number, p99 = 0.2) => ({ count: 1000, p50, p95: p50, p99, max: p50 });

interface Seen {
  readonly p50: number;
  readonly p99?: number;
  readonly cpuMs?: number;
}

const resultOf = ({ p50, p99, cpuMs = 0 }: Seen): LoadResult => ({
  latencyMs: quantiles(p50, p99),
  firstByteMs: quantiles(p50, p99),
  completed: 1000,
  failed: 0,
  badStatus: 0,
  incomplete: 0,
  unfinished: 0,
  mostAtOnce: 1,
  window: { seconds: 1, completed: 1000, frames: 0, cpuMs, upstreamCpuMs: 0, generatorCpuMs: 0, waitedMs: 0 },
});

const requestRun = (subject: SubjectId, round: number, seen: Seen): RawRun => ({
  section: 'requests',
  subject,
  round,
  valid: (seen.p99 ?? 0) <= 1,
  result: resultOf(seen),
});

const benchOf = (runs: readonly RawRun[]): BenchRun =>
  ({ plan: { ...planFor(true), rounds: 2 }, runs: [...runs], starts: [], resident: new Map() }) as unknown as BenchRun;

const requestRows = (runs: readonly RawRun[]) => rowsOf(benchOf(runs), new Set(['requests'] as const));

test('the median of an even count lies between the middle two', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeUndefined();
});

test('a target in multiples of nginx is judged against nginx of the same run', () => {
  const cpu = (native: number) =>
    requestRows([
      requestRun('nginx', 1, { p50: 1, cpuMs: 50 }),
      requestRun('native', 1, { p50: 1, cpuMs: native }),
    ]).find((row) => row.metric === 'cpu-request-us' && row.subject === 'native');
  expect(cpu(170)).toMatchObject({ value: 170, timesNginx: 3.4, reached: true });
  expect(cpu(180)).toMatchObject({ value: 180, timesNginx: 3.6, reached: false });
});

test('without nginx there is a value but no verdict', () => {
  const rows = requestRows([requestRun('native', 1, { p50: 1, cpuMs: 100 })]);
  const row = rows.find(({ metric, subject }) => metric === 'cpu-request-us' && subject === 'native');
  expect(row?.value).toBe(100);
  expect(row?.reached).toBeUndefined();
});

test('added latency is taken round by round, and disturbed rounds do not count', () => {
  const rows = requestRows([
    requestRun('direct', 1, { p50: 0.1 }),
    requestRun('native', 1, { p50: 0.3 }),
    { ...requestRun('direct', 2, { p50: 5, p99: 9 }), valid: false },
    { ...requestRun('native', 2, { p50: 50, p99: 90 }), valid: false },
    requestRun('direct', 3, { p50: 0.2 }),
    requestRun('native', 3, { p50: 0.4 }),
  ]);
  const row = rows.find(({ metric, subject }) => metric === 'added-p50-ms' && subject === 'native');
  expect(row?.value).toBeCloseTo(0.2, 6);
});

test('too few quiet rounds make the bench invalid', () => {
  const runs = [requestRun('direct', 1, { p50: 0.1 }), requestRun('direct', 2, { p50: 1, p99: 3 })];
  expect(doubtsOf(benchOf(runs))).toMatchObject([{ fatal: true, text: expect.stringContaining('only 1 of 2 rounds') }]);
});

test('an answer that did not end well is told', () => {
  const raw = requestRun('native', 1, { p50: 1 });
  const doubts = doubtsOf(benchOf([{ ...raw, result: { ...raw.result, incomplete: 3 } }]));
  expect(doubts.map(({ text }) => text)).toEqual([expect.stringContaining('3 incomplete')]);
});

test('a peak that nobody had a core for is no yardstick', () => {
  const peak = (cpuMs: number): RawRun => ({
    ...requestRun('nginx', 1, { p50: 1, cpuMs }),
    section: 'peak',
    valid: cpuMs > 900,
  });
  expect(doubtsOf(benchOf([peak(990)]))).toEqual([]);
  expect(doubtsOf(benchOf([peak(250)])).some(({ fatal }) => fatal)).toBe(true);
  expect(doubtsOf(benchOf([peak(250), peak(990)])).map(({ fatal }) => fatal)).toEqual([false]);
});
