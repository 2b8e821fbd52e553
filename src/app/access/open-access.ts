import { Directory } from '../../adapters/directory/directory.ts';
import { PepperedKeys } from '../../adapters/directory/peppered-keys.ts';
import { systemClock } from '../../adapters/memory/system-clock.ts';
import { directorySource, SqliteAdminStore } from '../../adapters/sqlite/object-store.ts';
import type { StoreThread } from '../../adapters/sqlite/store-thread.ts';
import type { AdminStore } from '../../ports/admin-store.ts';
import type { KeyMint } from '../../ports/key-mint.ts';
import type { KeyRing } from '../../ports/key-ring.ts';
import { keyPepper } from '../launch/key-pepper.ts';

/** Who may call, and how that is changed. */
export interface OpenedAccess {
  readonly keys: KeyRing;
  readonly store: AdminStore;
  readonly mint: KeyMint;
}

export interface AccessSettings {
  readonly dataDirectory: string;
  readonly masterKey: string;
  /** `SLUICE_KEY_PEPPER`; without it the data directory keeps one. */
  readonly keyPepper?: string | undefined;
}

export const openAccess = async (thread: StoreThread, settings: AccessSettings): Promise<OpenedAccess> => {
  const mint = new PepperedKeys(await keyPepper(settings.keyPepper, settings.dataDirectory));
  const keys = await Directory.open({
    source: directorySource(thread),
    keys: mint,
    masterKey: settings.masterKey,
    nowMs: systemClock.wallMs,
  });
  return { keys, store: new SqliteAdminStore(thread), mint };
};
