/** Prints what a proof has found as one JSON line, the last one, and ends with the exit code that fits. */
export const finish = (proof: string, found: Readonly<Record<string, unknown>>, pass: boolean): never => {
  process.stdout.write(`${JSON.stringify({ proof, ...found, pass })}\n`);
  process.exit(pass ? 0 : 1);
};

/** What a proof does meanwhile, for those who watch. */
export const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Resident memory of a process in MB. */
export const residentMb = async (pid: number): Promise<number> => {
  const status = await Bun.file(`/proc/${pid}/status`).text();
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
};
