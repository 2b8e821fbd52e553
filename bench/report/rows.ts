import type { ContenderId } from '../contenders/contender.ts';
import { type BenchRun, type RawRun, troubles } from '../measure/bench-run.ts';
import { type SubjectId, subjects } from '../measure/subject.ts';
import type { SectionId } from '../options.ts';
import { type Target, targets } from './targets.ts';

/** One figure of the table. `value` is a median over rounds, or undefined when it could not be measured. */
export interface Row {
  readonly section: SectionId;
  readonly metric: Metric;
  readonly title: string;
  readonly unit: string;
  readonly subject: SubjectId;
  readonly value: number | undefined;
  /** The same figure as a multiple of nginx in this run. */
  readonly timesNginx: number | undefined;
  readonly timesBareProxy: number | undefined;
  readonly target?: Target;
  readonly reached?: boolean;
}

export type Metric =
  | 'ready-ms'
  | 'cpu-request-us'
  | 'added-p50-ms'
  | 'added-p95-ms'
  | 'added-p99-ms'
  | 'cpu-chunk-us'
  | 'first-chunk-p50-ms'
  | 'peak-per-second'
  | 'cpu-peak-us'
  | 'resident-mb'
  | 'streams-complete'
  | 'streams-resident-mb';

interface Figure {
  readonly section: SectionId;
  readonly metric: Metric;
  readonly title: string;
  readonly unit: string;
  readonly measured: readonly SubjectId[];
  value(run: BenchRun, subject: SubjectId): number | undefined;
}

const whole: readonly SubjectId[] = ['nginx', 'bare-proxy', 'native', 'translated'];
const paced: readonly SubjectId[] = [...whole, 'native-power'];
const streamed: readonly SubjectId[] = ['nginx', 'bare-proxy', 'native', 'native-tap', 'translated'];
const servers: readonly SubjectId[] = ['nginx', 'bare-proxy', 'native'];

export const median = (values: readonly number[]): number | undefined => {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
};

/** The runs of a section that count: the undisturbed ones, or all where there is none (the bench then says it is invalid). */
const counted = (run: BenchRun, section: SectionId, subject: SubjectId): readonly RawRun[] => {
  const all = run.runs.filter((each) => each.section === section && each.subject === subject);
  const quiet = all.filter(({ valid }) => valid);
  return quiet.length > 0 ? quiet : all;
};

const medianOf =
  (section: SectionId, read: (raw: RawRun) => number | undefined) => (run: BenchRun, subject: SubjectId) =>
    median(
      counted(run, section, subject)
        .map(read)
        .filter((value) => value !== undefined),
    );

/** Proxied minus direct, round by round, then the median. */
const addedOf =
  (section: SectionId, read: (raw: RawRun) => number) =>
  (run: BenchRun, subject: SubjectId): number | undefined => {
    const direct = new Map(counted(run, section, 'direct').map((raw) => [raw.round, read(raw)]));
    const added = counted(run, section, subject).map((raw) => read(raw) - (direct.get(raw.round) ?? Number.NaN));
    return median(added.filter((value) => !Number.isNaN(value)));
  };

const cpuPer =
  (unit: 'completed' | 'frames') =>
  ({ result: { window } }: RawRun): number | undefined =>
    window.cpuMs > 0 && window[unit] > 0 ? (window.cpuMs * 1000) / window[unit] : undefined;

const perSecond = ({ result: { window } }: RawRun): number => window.completed / window.seconds;

const contenderOf = (subject: SubjectId): ContenderId | undefined => subjects[subject].contender;

const figures: readonly Figure[] = [
  {
    section: 'start',
    metric: 'ready-ms',
    title: 'Ready after start',
    unit: 'ms',
    measured: servers,
    value: (run, subject) =>
      median(run.starts.filter((start) => start.contender === contenderOf(subject)).map(({ readyMs }) => readyMs)),
  },
  {
    section: 'requests',
    metric: 'cpu-request-us',
    title: 'CPU per request at 1,000/s',
    unit: 'µs',
    measured: paced,
    value: medianOf('requests', cpuPer('completed')),
  },
  {
    section: 'requests',
    metric: 'added-p50-ms',
    title: 'Added latency p50 at 1,000/s',
    unit: 'ms',
    measured: paced,
    value: addedOf('requests', ({ result }) => result.latencyMs.p50),
  },
  {
    section: 'requests',
    metric: 'added-p95-ms',
    title: 'Added latency p95 at 1,000/s',
    unit: 'ms',
    measured: paced,
    value: addedOf('requests', ({ result }) => result.latencyMs.p95),
  },
  {
    section: 'requests',
    metric: 'added-p99-ms',
    title: 'Added latency p99 at 1,000/s',
    unit: 'ms',
    measured: paced,
    value: addedOf('requests', ({ result }) => result.latencyMs.p99),
  },
  {
    section: 'chunks',
    metric: 'cpu-chunk-us',
    title: 'CPU per chunk at 2,000/s',
    unit: 'µs',
    measured: streamed,
    value: medianOf('chunks', cpuPer('frames')),
  },
  {
    section: 'first-chunk',
    metric: 'first-chunk-p50-ms',
    title: 'First chunk, added p50',
    unit: 'ms',
    measured: streamed,
    value: addedOf('first-chunk', ({ result }) => result.firstByteMs.p50),
  },
  {
    section: 'peak',
    metric: 'peak-per-second',
    title: 'Peak on one core',
    unit: 'req/s',
    measured: whole,
    value: medianOf('peak', perSecond),
  },
  {
    section: 'peak',
    metric: 'cpu-peak-us',
    title: 'CPU per request at peak',
    unit: 'µs',
    measured: whole,
    value: medianOf('peak', cpuPer('completed')),
  },
  {
    section: 'memory',
    metric: 'resident-mb',
    title: 'Resident after load',
    unit: 'MB',
    measured: servers,
    value: (run, subject) => {
      const id = contenderOf(subject);
      return id === undefined ? undefined : run.resident.get(id);
    },
  },
  {
    section: 'streams',
    metric: 'streams-complete',
    title: '1,000 streams at once, complete',
    unit: '',
    measured: streamed,
    value: medianOf('streams', ({ result }) => result.completed - troubles(result) + result.unfinished),
  },
  {
    section: 'streams',
    metric: 'streams-resident-mb',
    title: '1,000 streams at once, resident',
    unit: 'MB',
    measured: streamed,
    value: medianOf('streams', ({ residentMb }) => residentMb),
  },
];

/** Every figure of the sections that were run, with its multiples and its target. */
export const rowsOf = (run: BenchRun, chosen: ReadonlySet<SectionId>): readonly Row[] =>
  figures
    .filter(({ section }) => chosen.has(section))
    .flatMap((figure) => figure.measured.map((subject) => rowOf(run, figure, subject)));

const rowOf = (run: BenchRun, figure: Figure, subject: SubjectId): Row => {
  const value = figure.value(run, subject);
  const nginx = figure.value(run, 'nginx');
  const bareProxy = figure.value(run, 'bare-proxy');
  const target = targets.find((each) => each.metric === figure.metric && each.subject === subject);
  const row: Row = {
    section: figure.section,
    metric: figure.metric,
    title: figure.title,
    unit: figure.unit,
    subject,
    value,
    timesNginx: ratio(value, nginx),
    timesBareProxy: ratio(value, bareProxy),
  };
  if (target === undefined) return row;
  const reached = reaches(target, { value, nginx, bareProxy });
  return { ...row, target, ...(reached === undefined ? {} : { reached }) };
};

const ratio = (value: number | undefined, unit: number | undefined): number | undefined =>
  value === undefined || unit === undefined || unit <= 0 ? undefined : value / unit;

interface Measured {
  readonly value: number | undefined;
  readonly nginx: number | undefined;
  readonly bareProxy: number | undefined;
}

/** Undefined when there is nothing to judge by. */
const reaches = (target: Target, { value, nginx, bareProxy }: Measured): boolean | undefined => {
  if (value === undefined) return undefined;
  switch (target.kind) {
    case 'at-most':
      return value <= target.limit;
    case 'at-least':
      return value >= target.limit;
    case 'times-nginx-at-most':
      return nginx === undefined ? undefined : value <= target.limit * nginx;
    case 'times-nginx-at-least':
      return nginx === undefined ? undefined : value >= target.limit * nginx;
    case 'bare-proxy-plus':
      return bareProxy === undefined ? undefined : value <= bareProxy + target.limit;
  }
};
