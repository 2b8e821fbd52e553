/** One thing that is wrong with a file of training rows. Lines and columns (in characters) count from 1. */
export interface InputProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Training rows that cannot be used as they are. Names places and column names, never what stands in a prompt. */
export class TrainingInputError extends Error {
  readonly problems: readonly InputProblem[];

  constructor(problems: readonly InputProblem[]) {
    super(problems.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`).join('\n'));
    this.name = 'TrainingInputError';
    this.problems = problems;
  }
}

export const inputError = (line: number, column: number, message: string): TrainingInputError =>
  new TrainingInputError([{ line, column, message }]);
