import type { OpenAttempt } from './books.ts';
import type { FinalRecord } from './journal-record.ts';

/**
 * What becomes of attempts that were open when the process died. One that was never sent is void: no provider saw it. One that was sent is
 * charged what had passed through, at least its input, and marked as an estimate that reconciliation may correct.
 */
export const recoverOpen = (open: readonly OpenAttempt[], atMs: number): readonly FinalRecord[] =>
  open.map((attempt): FinalRecord => {
    const { attemptId } = attempt.record;
    if (attempt.state === 'held')
      return { kind: 'void', attemptId, atMs, nanoUsd: 0n, source: 'none', reason: 'crash' };
    const nanoUsd = attempt.meteredNanoUsd;
    return { kind: 'estimated', attemptId, atMs, nanoUsd, source: 'metered', reason: 'crash' };
  });
