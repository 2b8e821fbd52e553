import { residentMb } from '../machine.ts';
import type { SectionId } from '../options.ts';
import {
  type BenchRun,
  coreShare,
  putLoad,
  type Question,
  type RawRun,
  running,
  startContender,
  troubles,
  waitedShare,
} from './bench-run.ts';
import { pacedSubjects, type SubjectId, streamSubjects, subjects, wholeAnswerSubjects } from './subject.ts';

/** A direct run above this is a disturbed machine, and its round does not count. */
export const directP99LimitMs = 1;

/**
 * At a fixed rate, a server whose threads stood in line for its core longer than this part of the time was disturbed, and its round does not
 * count. On an idle machine the two threads of one server wait for each other about 5 % of the time.
 */
export const waitedShareLimit = 0.08;

/** At the peak threads of one server stand in line for each other; there it was disturbed when it had less of its core than this. */
export const peakCoreShare = 0.9;

const chunksPerSecond = 2000;
const steadyStreams = 100;
const manyStreams = 1000;

interface Rounds {
  readonly section: SectionId;
  readonly count: number;
  readonly subjects: readonly SubjectId[];
  /** Ask the upstream directly at the head of each round; the round counts only when that run was quiet. */
  readonly direct: boolean;
  question(subject: SubjectId): Question;
}

/** Runs all subjects one after the other, that many times, starting one further each time so that none always follows the same other. */
const inRounds = async (run: BenchRun, rounds: Rounds): Promise<void> => {
  const present = running(run, rounds.subjects);
  for (let round = 1, done = 0; done < rounds.count; round++) {
    const turned = [...present.slice(round % present.length), ...present.slice(0, round % present.length)];
    const order: readonly SubjectId[] = rounds.direct ? ['direct', ...turned] : turned;
    const results: Omit<RawRun, 'valid'>[] = [];
    for (const subject of order) {
      const result = await putLoad(run, rounds.question(subject));
      results.push({ section: rounds.section, subject, round, result });
    }
    const quiet = (!rounds.direct || isQuiet(results[0])) && results.every(hadItsCore);
    run.runs.push(...results.map((result) => ({ ...result, valid: quiet })));
    run.note(`${rounds.section} round ${round}${quiet ? '' : ' (disturbed)'}`);
    if (quiet || !mayRepeat(run)) done++;
    else run.retriesLeft--;
  }
};

export const isQuiet = (direct: Omit<RawRun, 'valid'> | undefined): boolean =>
  direct !== undefined && troubles(direct.result) === 0 && directP99Ms(direct) <= directP99LimitMs;

const hadItsCore = ({ section, result }: Omit<RawRun, 'valid'>): boolean =>
  section === 'peak' ? coreShare(result) >= peakCoreShare : waitedShare(result) <= waitedShareLimit;

/** A stream's whole time holds its pace, so its first byte is what can show a disturbance. */
export const directP99Ms = ({ section, result }: Pick<RawRun, 'section' | 'result'>): number =>
  section === 'first-chunk' ? result.firstByteMs.p99 : result.latencyMs.p99;

const mayRepeat = (run: BenchRun): boolean =>
  run.retriesLeft > 0 && (performance.now() - run.begunMs) / 1000 < run.plan.retryUntilSeconds;

const measureRequests = (run: BenchRun): Promise<void> =>
  inRounds(run, {
    section: 'requests',
    count: run.plan.rounds,
    subjects: pacedSubjects,
    direct: true,
    question: (subject) => ({
      subject,
      settings: {
        mode: 'open',
        rate: 1000,
        connections: 32,
        warmup: run.plan.warmupSeconds,
        seconds: run.plan.requestSeconds,
      },
    }),
  });

/** Long streams that are open before the window and end after it, so that the window holds chunks and nothing else. */
const measureChunks = (run: BenchRun): Promise<void> => {
  const { chunkWarmupSeconds: warmup, chunkSeconds: seconds } = run.plan;
  const everyMs = (1000 * steadyStreams) / chunksPerSecond;
  const ramp = everyMs / 1000;
  const chunks = Math.ceil(((warmup + seconds + ramp) * 1000) / everyMs) + 1;
  return inRounds(run, {
    section: 'chunks',
    count: run.plan.rounds,
    subjects: streamSubjects,
    direct: false,
    question: (subject) => ({
      subject,
      pace: { chunks, everyMs },
      settings: { mode: 'streams', streams: steadyStreams, ramp, warmup, seconds, deadline: warmup + seconds + 5 },
    }),
  });
};

const measureFirstChunk = (run: BenchRun): Promise<void> =>
  inRounds(run, {
    section: 'first-chunk',
    count: run.plan.rounds,
    subjects: streamSubjects,
    direct: true,
    question: (subject) => ({
      subject,
      pace: { chunks: 4, everyMs: 2 },
      settings: {
        mode: 'open',
        rate: 200,
        connections: 32,
        warmup: run.plan.warmupSeconds,
        seconds: run.plan.firstChunkSeconds,
      },
    }),
  });

const peakQuestion = (run: BenchRun, subject: SubjectId): Question => ({
  subject,
  settings: { mode: 'closed', connections: 64, warmup: run.plan.warmupSeconds, seconds: run.plan.peakSeconds },
});

const measurePeak = (run: BenchRun): Promise<void> =>
  inRounds(run, {
    section: 'peak',
    count: run.plan.peakRounds,
    subjects: wholeAnswerSubjects,
    direct: false,
    question: (subject) => peakQuestion(run, subject),
  });

/** Resident memory after a burst on every lane. */
const measureMemory = async (run: BenchRun): Promise<void> => {
  const loaded = run.runs.some(({ section }) => section === 'peak');
  for (const subject of loaded ? [] : running(run, wholeAnswerSubjects)) await putLoad(run, peakQuestion(run, subject));
  for (const [id, contender] of run.contenders) run.resident.set(id, residentMb(contender.pid));
  run.note('memory');
};

/** A thousand streams at once: all must end well, and the upstream must have seen all of them open together. */
const measureStreams = async (run: BenchRun): Promise<void> => {
  const everyMs = (1000 * manyStreams) / chunksPerSecond;
  for (const subject of running(run, streamSubjects)) {
    await run.instruments.upstreamStats(true);
    const watch = watchMemory(run, subject);
    const result = await putLoad(run, {
      subject,
      pace: { chunks: run.plan.manyStreamsChunks, everyMs },
      settings: { mode: 'streams', streams: manyStreams, ramp: 1, warmup: 1, seconds: 0.5, deadline: 12 },
    });
    const most = (await run.instruments.upstreamStats()).mostOpenStreams;
    run.runs.push({
      section: 'streams',
      subject,
      round: 1,
      valid: true,
      result,
      residentMb: watch.stop(),
      mostUpstreamStreams: most,
    });
    run.note(`streams ${subject}`);
  }
};

/** The most memory a subject's server held while it was watched. */
const watchMemory = (run: BenchRun, subject: SubjectId): { stop(): number } => {
  const { contender: id } = subjects[subject];
  const contender = id === undefined ? undefined : run.contenders.get(id);
  let most = 0;
  const look = (): void => {
    if (contender !== undefined) most = Math.max(most, residentMb(contender.pid));
  };
  const timer = setInterval(look, 100);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return most;
    },
  };
};

const measureStart = async (run: BenchRun): Promise<void> => {
  for (let round = 1; round <= run.plan.startRounds; round++)
    for (const id of run.present) {
      const contender = await startContender(id, run.folder, run.instruments.upstreamPort);
      run.starts.push({ contender: id, round, readyMs: contender.readyMs });
      await contender.stop();
    }
  run.note('start');
};

/** Puts load on every lane, whole and streamed, and forgets the figures: code that runs for the first time is compiled, not measured. */
export const warmUp = async (run: BenchRun): Promise<void> => {
  const seconds = run.plan.compileSeconds;
  for (const subject of running(run, [...streamSubjects, 'native-power'])) {
    if (subject === 'nginx') continue;
    if (pacedSubjects.includes(subject))
      await putLoad(run, { subject, settings: { mode: 'closed', connections: 32, warmup: 0, seconds } });
    if (!streamSubjects.includes(subject)) continue;
    const settings = { mode: 'open', rate: 150, connections: 64, warmup: 0, seconds: seconds / 2 };
    await putLoad(run, { subject, pace: { chunks: 20, everyMs: 2 }, settings });
  }
  run.note('warm');
};

/** In the order they are run. */
export const sections: Readonly<Record<SectionId, (run: BenchRun) => Promise<void>>> = {
  start: measureStart,
  requests: measureRequests,
  chunks: measureChunks,
  'first-chunk': measureFirstChunk,
  peak: measurePeak,
  memory: measureMemory,
  streams: measureStreams,
};
