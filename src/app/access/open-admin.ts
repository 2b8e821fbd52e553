import { systemClock } from '../../adapters/memory/system-clock.ts';
import { AdminApi } from '../../gateway/admin/admin-api.ts';
import { Administration } from '../../gateway/admin/administration.ts';
import type { CompiledConfig } from '../../gateway/compiled-config.ts';
import { takesKey } from '../../gateway/organisation-config.ts';
import type { Ids } from '../../ports/ids.ts';
import { version } from '../version.ts';
import type { OpenedKept } from './open-kept.ts';

/** What administrators use: `administration` by every face, `api` by the native one. */
export interface OpenedAdmin {
  readonly administration: Administration;
  readonly api: AdminApi;
}

interface AdminSettings {
  readonly ids: Ids;
  readonly write: (line: string) => void;
  config(): CompiledConfig;
}

/** Undefined where nothing is kept. */
export const openAdmin = (
  { store, access }: OpenedKept,
  { ids, write, config }: AdminSettings,
): OpenedAdmin | undefined => {
  if (store === undefined || access === undefined) return undefined;
  const { ledger } = store.money;
  const administration = new Administration({
    store: access.store,
    mint: access.mint,
    ids,
    clock: systemClock,
    seal: access.seal,
    usableProvider: (id) => config().providers.some((provider) => provider.entry.id === id && takesKey(provider)),
    spent: (budget) => ledger.standing(budget).settledNanoUsd,
  });
  const api = new AdminApi({
    administration,
    keys: access.keys,
    version,
    nextId: () => ids.next(),
    failed: (requestId, error) =>
      write(`The admin API failed on ${requestId}: ${error instanceof Error ? error.stack : String(error)}`),
  });
  return { administration, api };
};
