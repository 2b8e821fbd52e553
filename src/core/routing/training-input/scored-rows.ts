/** One query with what each model made of it, as a file has it: scores in the file's own unit. Lists stand in the order of the models. */
export interface ScoredRow {
  readonly line: number;
  readonly id: string;
  /** Long ones without their middle. */
  readonly prompt: string;
  readonly promptCharacters: number;
  readonly system?: string;
  readonly task?: string;
  /** NaN where a cell is empty. */
  readonly scores: number[];
  /** In dollars; NaN where unknown. */
  readonly costs: number[];
  readonly outputTokens: number[];
}

/** A row that is not used, and why. */
export interface RejectedRow {
  readonly line: number;
  readonly reason: 'no prompt' | 'no score';
}

export interface ScoredRows {
  readonly models: readonly string[];
  /** Scores from 0 to 1, higher is better. */
  readonly rows: readonly ScoredRow[];
  readonly rejected: readonly RejectedRow[];
  readonly warnings: readonly string[];
}

const mostHead = 1000;
const mostTail = 3000;

/** The first thousand and the last three thousand characters: that is what a router reads of a query. */
export const clipped = (text: string): string =>
  text.length <= mostHead + mostTail ? text : `${text.slice(0, mostHead)}${text.slice(-mostTail)}`;

/** Four bytes a token: near enough to tell a long answer from a short one. */
export const tokensOfBytes = (bytes: number): number => (bytes === 0 ? Number.NaN : Math.max(1, Math.round(bytes / 4)));
