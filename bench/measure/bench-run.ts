import { startBareProxy } from '../contenders/bare-proxy.ts';
import { type Contender, type ContenderId, contenderIds, type launch } from '../contenders/contender.ts';
import { findNginx, startNginx } from '../contenders/nginx.ts';
import { hasSluice, startPowerSluice, startSluice, startTappedSluice } from '../contenders/sluice.ts';
import type { Instruments, LoadArguments, LoadResult } from '../instruments.ts';
import { processTree } from '../machine.ts';
import type { Plan, SectionId } from '../options.ts';
import type { TemporaryFolder } from '../temporary-folder.ts';
import { expectedEnd, type Pace, requestBytes, type SubjectId, subjects } from './subject.ts';

/** One run of one subject, kept raw. */
export interface RawRun {
  readonly section: SectionId;
  readonly subject: SubjectId;
  readonly round: number;
  /** False when the round was disturbed: its direct run was slow, or someone else used the gateway's core. */
  readonly valid: boolean;
  readonly result: LoadResult;
  readonly residentMb?: number;
  readonly mostUpstreamStreams?: number;
}

export interface StartRun {
  readonly contender: ContenderId;
  readonly round: number;
  readonly readyMs: number;
}

/** Everything a section needs, and where it leaves what it measured. */
export interface BenchRun {
  readonly plan: Plan;
  readonly instruments: Instruments;
  readonly folder: TemporaryFolder;
  /** The servers that take part. */
  readonly present: readonly ContenderId[];
  /** Those of them that are up. */
  readonly contenders: ReadonlyMap<ContenderId, Contender>;
  readonly runs: RawRun[];
  readonly starts: StartRun[];
  /** Megabytes after load, by contender. */
  readonly resident: Map<ContenderId, number>;
  readonly begunMs: number;
  retriesLeft: number;
  note(text: string): void;
}

const starters: Readonly<
  Record<ContenderId, (folder: TemporaryFolder, upstreamPort: number) => ReturnType<typeof launch>>
> = {
  nginx: startNginx,
  'bare-proxy': startBareProxy,
  sluice: startSluice,
  'sluice-tapped': startTappedSluice,
  'sluice-power': startPowerSluice,
};

/** The servers this machine and this tree can run. */
export const presentContenders = (without: ReadonlySet<ContenderId>): readonly ContenderId[] => {
  const present: Readonly<Record<ContenderId, boolean>> = {
    nginx: findNginx() !== undefined,
    'bare-proxy': true,
    sluice: hasSluice(),
    'sluice-tapped': hasSluice(),
    'sluice-power': hasSluice(),
  };
  return contenderIds.filter((id) => present[id] && !without.has(id));
};

export const startContender = (id: ContenderId, folder: TemporaryFolder, upstreamPort: number): Promise<Contender> =>
  starters[id](folder, upstreamPort);

export interface Question {
  readonly subject: SubjectId;
  readonly pace?: Pace;
  readonly settings: LoadArguments;
}

/** Puts load on one subject and returns what the generator saw. */
export const putLoad = async (run: BenchRun, { subject: id, pace, settings }: Question): Promise<LoadResult> => {
  const subject = subjects[id];
  const contender = subject.contender === undefined ? undefined : run.contenders.get(subject.contender);
  const port = pace === undefined ? contender?.port : contender?.streamPort;
  const file = run.folder.file(`${id}.request`);
  await Bun.write(file, requestBytes(subject, pace));
  return run.instruments.load({
    port: port ?? run.instruments.upstreamPort,
    request: file,
    expect: expectedEnd(subject, pace !== undefined),
    ...(contender === undefined ? {} : { cpu: processTree(contender.pid).join(',') }),
    ...settings,
  });
};

/** Subjects of a list whose server is running. */
export const running = (run: BenchRun, ids: readonly SubjectId[]): readonly SubjectId[] =>
  ids.filter((id) => {
    const { contender } = subjects[id];
    return contender === undefined || run.contenders.has(contender);
  });

/** Requests that did not end as they should. */
export const troubles = (result: LoadResult): number =>
  result.failed + result.badStatus + result.incomplete + result.unfinished;

/** The part of the window in which the measured server stood in line for its core. */
export const waitedShare = ({ window }: LoadResult): number => window.waitedMs / (window.seconds * 1000);

/** The part of the window the measured server computed. */
export const coreShare = ({ window }: LoadResult): number => window.cpuMs / (window.seconds * 1000);
