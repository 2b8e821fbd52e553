import { readdirSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const taskset = Bun.which('taskset');

/** Two cores and `taskset`: the gateway gets the first core, everything else the second. */
export const canPin = taskset !== null && cpus().length >= 2;

export const gatewayCore = 0;
export const loadCore = 1;

/** A command that runs on one core only, where the machine allows it. */
export const pinned = (core: number, command: readonly string[]): string[] =>
  canPin && taskset !== null ? [taskset, '-c', String(core), ...command] : [...command];

/** Moves this process, which only waits and reads, off the gateway's core. */
export const pinSelf = (): void => {
  if (canPin && taskset !== null) Bun.spawnSync([taskset, '-a', '-c', '-p', String(loadCore), String(process.pid)]);
};

/** A process and everything below it. */
export const processTree = (pid: number): readonly number[] => [pid, ...childrenOf(pid).flatMap(processTree)];

const childrenOf = (pid: number): readonly number[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
};

/** Resident memory of a process tree in MB (10^6 bytes). 0 where /proc does not say. */
export const residentMb = (pid: number): number =>
  processTree(pid).reduce((sum, each) => sum + residentKibOf(each), 0) * 0.001024;

const residentKibOf = (pid: number): number => {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
};

export const describeMachine = () => ({
  cores: cpus().length,
  cpu: cpus()[0]?.model ?? 'unknown',
  memoryMb: Math.round(totalmem() / 1e6),
  platform: `${process.platform} ${process.arch}`,
  bun: Bun.version,
  pinned: canPin,
});
