import type { AttemptState } from './books.ts';
import type { FinalRecord } from './journal-record.ts';

/** What is known of an attempt that never ended. */
export interface Unfinished {
  readonly attemptId: string;
  readonly state: AttemptState;
  readonly meteredNanoUsd: bigint;
}

/**
 * What becomes of attempts that were open when the process died. One that was never sent is void: no provider saw it. One that was sent is
 * charged what had passed through, at least its input, and marked as an estimate that reconciliation may correct: `crash-unanswered` where no provider had
 * answered yet, so that it may not even have reached one, `crash` where an answer was under way.
 */
export const recoverOpen = (open: readonly Unfinished[], atMs: number): readonly FinalRecord[] =>
  open.map(({ attemptId, state, meteredNanoUsd }): FinalRecord => {
    if (state === 'held') return { kind: 'void', attemptId, atMs, nanoUsd: 0n, source: 'none', reason: 'crash' };
    const reason = state === 'sent' ? 'crash-unanswered' : 'crash';
    return { kind: 'estimated', attemptId, atMs, nanoUsd: meteredNanoUsd, source: 'metered', reason };
  });
