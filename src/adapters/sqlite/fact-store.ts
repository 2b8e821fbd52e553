import type { FactStore } from '../../ports/fact-store.ts';
import type { StoreThread } from './store-thread.ts';

/** The facts that the store thread keeps. `folded` resolves when everything written so far can be read: a question waits for it. */
export const sqliteFactStore = (thread: StoreThread, folded: () => Promise<void>): FactStore => ({
  find: async (orgId, exchangeId) => {
    await folded();
    return thread.call('facts.find', { orgId, exchangeId });
  },
  list: async (query) => {
    await folded();
    return thread.call('facts.list', query);
  },
  sum: async (query) => {
    await folded();
    return thread.call('facts.sum', query);
  },
  sumTags: async (filter) => {
    await folded();
    return thread.call('facts.sumTags', filter);
  },
  spend: async (orgId, scopes) => {
    await folded();
    return thread.call('facts.spend', { orgId, scopes });
  },
});
