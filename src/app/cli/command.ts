import type { Environment } from '../../contract/expand-environment.ts';

/** Where a command reads its surroundings and writes its words; tests bring their own. */
export interface Terminal {
  readonly environment: Environment;
  /** Each writes one line. */
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

export interface Given {
  /** By name without dashes; a flag without a value is `''`. */
  readonly flags: Readonly<Record<string, string>>;
  readonly operands: readonly string[];
}

export interface Command {
  readonly summary: string;
  /** What follows `sluice NAME` in help. */
  readonly usage: string;
  /** Flag → the word for its value, or `null` for a switch. */
  readonly flags: Readonly<Record<string, string | null>>;
  /** Words for the operands; all must be given. */
  readonly operands: readonly string[];
  /** One more, which may be left out. */
  readonly optionalOperand?: string;
  /** The code is loaded only when the command runs. The answer is the exit code. */
  readonly load: () => Promise<(given: Given, terminal: Terminal) => Promise<number>>;
}

/** Exit codes: 1 when the work failed, 2 when the call was wrong. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;
