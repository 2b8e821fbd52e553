import type { ConfigProblem } from '../../contract/config-problem.ts';

/** `sluice.yaml:3:12 providers[0].api_key: names … (set …)` */
export const problemLine = (file: string, problem: ConfigProblem): string => {
  const path = problem.path === '' ? '' : ` ${problem.path}`;
  return `${file}:${problem.line}:${problem.column}${path}: ${problem.message} (${problem.fix})`;
};
