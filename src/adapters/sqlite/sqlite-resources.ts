import type { Resources } from '../../ports/resources.ts';
import type { StoreThread } from './store-thread.ts';

/** What providers hold, as the store thread keeps it. `failed` takes what could not be written. */
export const sqliteResources = (
  thread: StoreThread,
  { nowMs, failed }: { readonly nowMs: () => number; readonly failed: (error: unknown) => void },
): Resources => ({
  add: (orgId, things, place) => {
    thread.call('resources.add', { orgId, things, place, nowMs: nowMs() }).catch(failed);
  },
  find: (orgId, things) => thread.call('resources.find', { orgId, things }),
  remove: (orgId, thing) => thread.call('resources.remove', { orgId, thing, nowMs: nowMs() }),
});
