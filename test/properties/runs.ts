import type { Parameters } from 'fast-check';

const seed = Number(process.env['FC_SEED'] ?? 20_261_124);
const numRuns = Number(process.env['FC_RUNS'] ?? 300);

process.stdout.write(`properties: FC_SEED=${seed} FC_RUNS=${numRuns}\n`);

/** The same cases on every run; `FC_SEED` and `FC_RUNS` ask for others or for more. */
export const runs = <T>(): Parameters<T> => ({ seed, numRuns });
