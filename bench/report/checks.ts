import { type BenchRun, coreShare, troubles, waitedShare } from '../measure/bench-run.ts';
import { directP99LimitMs, directP99Ms, isQuiet, peakCoreShare, waitedShareLimit } from '../measure/sections.ts';
import { subjects } from '../measure/subject.ts';

/** Reasons to distrust the figures. A fatal one makes the whole bench invalid. */
export interface Doubt {
  readonly fatal: boolean;
  readonly text: string;
}

export const doubtsOf = (run: BenchRun): readonly Doubt[] => [
  ...disturbed(run),
  ...crowded(run),
  ...unanswered(run),
  ...slack(run),
  ...tooFewStreams(run),
];

const disturbed = (run: BenchRun): readonly Doubt[] =>
  (['requests', 'first-chunk'] as const).flatMap((section) => {
    const direct = run.runs.filter((raw) => raw.section === section && raw.subject === 'direct');
    const quiet = direct.filter(isQuiet).length;
    if (direct.length === 0 || quiet >= run.plan.rounds) return [];
    const worst = Math.max(...direct.map(directP99Ms)).toFixed(2);
    const few = `${section}: only ${quiet} of ${run.plan.rounds} rounds were quiet (direct p99 at most ${directP99LimitMs} ms; worst ${worst} ms)`;
    return [{ fatal: true, text: `${few}. Run it again on an idle machine.` }];
  });

const crowded = (run: BenchRun): readonly Doubt[] => {
  const shares = run.runs.filter(({ section }) => section !== 'peak').map(({ result }) => waitedShare(result));
  const count = shares.filter((share) => share > waitedShareLimit).length;
  if (count === 0) return [];
  const most = Math.round(Math.max(...shares) * 100);
  return [
    {
      fatal: false,
      text: `in ${count} of ${shares.length} runs the server stood in line for its core, up to ${most} % of the time`,
    },
  ];
};

const unanswered = (run: BenchRun): readonly Doubt[] =>
  run.runs
    .filter(({ result }) => troubles(result) > 0)
    .map(({ section, subject, round, result }) => ({
      fatal: subject === 'direct' || subject === 'nginx',
      text: `${section} round ${round}, ${subjects[subject].title}: ${result.failed} failed, ${result.badStatus} bad status, ${result.incomplete} incomplete, ${result.unfinished} unfinished`,
    }));

/**
 * A peak is the server's only when its core was busy; otherwise generator and upstream were the limit, or something else took the core. One
 * such round is left out; when all are such, the multiples of nginx mean nothing.
 */
const slack = (run: BenchRun): readonly Doubt[] => {
  const peaks = run.runs.filter(({ section }) => section === 'peak');
  const idle = peaks.filter(({ result }) => coreShare(result) > 0 && coreShare(result) < peakCoreShare);
  const notes = idle.map(({ subject, round, result }) => ({
    fatal: false,
    text: `peak round ${round}, ${subjects[subject].title}: it computed only ${Math.round(coreShare(result) * 100)} % of the time, so its peak is understated`,
  }));
  if (peaks.length === 0 || peaks.some(({ valid }) => valid)) return notes;
  return [{ fatal: true, text: 'peak: in no round did every server have its core to itself' }, ...notes];
};

const tooFewStreams = (run: BenchRun): readonly Doubt[] =>
  run.runs
    .filter(({ section, mostUpstreamStreams }) => section === 'streams' && (mostUpstreamStreams ?? 0) < 1000)
    .map(({ subject, mostUpstreamStreams }) => ({
      fatal: false,
      text: `streams, ${subjects[subject].title}: the upstream saw at most ${mostUpstreamStreams} streams open together`,
    }));
