import { systemClock } from '../../adapters/memory/system-clock.ts';
import { SealedCalls } from '../../adapters/seal/sealed-calls.ts';
import type { CallsOnce } from '../../ports/calls-once.ts';
import type { OpenedStore } from '../open-store.ts';
import type { OpenedAccess } from './open-access.ts';

/** The calls that clients named. Those that the last process had under way have no known end. */
export const openOnce = async (
  { thread }: OpenedStore,
  { mint }: OpenedAccess,
  write: (line: string) => void,
): Promise<CallsOnce> => {
  await thread.call('once.lose', {});
  return new SealedCalls({
    store: {
      begin: (asked) => thread.call('once.begin', asked),
      keep: (end) => thread.call('once.keep', end),
      release: (call) => thread.call('once.release', call),
    },
    mint,
    clock: systemClock,
    failed: (error) =>
      write(
        `An answer could not be kept for its Idempotency-Key: ${error instanceof Error ? error.message : String(error)}`,
      ),
  });
};
