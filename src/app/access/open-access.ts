import { Directory } from '../../adapters/directory/directory.ts';
import { PepperedKeys } from '../../adapters/directory/peppered-keys.ts';
import { SavedTrees } from '../../adapters/directory/saved-trees.ts';
import { systemClock } from '../../adapters/memory/system-clock.ts';
import { OpenedDeployments } from '../../adapters/seal/opened-deployments.ts';
import { OpenedOrganisationKeys } from '../../adapters/seal/organisation-keys.ts';
import { OrganisationSeal } from '../../adapters/seal/organisation-seal.ts';
import { dataKeys, directorySource, SqliteAdminStore } from '../../adapters/sqlite/object-store.ts';
import type { StoreThread } from '../../adapters/sqlite/store-thread.ts';
import type { DeclaredObject } from '../../core/access/declared-object.ts';
import type { Deployments } from '../../ports/access/deployments.ts';
import type { KeyMint } from '../../ports/access/key-mint.ts';
import type { OrganisationKeys } from '../../ports/access/organisation-keys.ts';
import type { SavedConfigs } from '../../ports/access/saved-configs.ts';
import type { SecretSeal } from '../../ports/access/secret-seal.ts';
import type { AdminStore } from '../../ports/admin-store.ts';
import type { KeyRing } from '../../ports/key-ring.ts';
import { keyPepper } from '../launch/key-pepper.ts';
import { StoreError } from '../store-error.ts';
import { declareObjects } from './declare-objects.ts';
import { encryptionKey } from './encryption-key.ts';
import { deploymentReader } from './read-deployments.ts';

/** Who may call, and how that is changed. */
export interface OpenedAccess {
  readonly keys: KeyRing;
  /** Makes the objects of the config file what it says by now. Rejects, and changes nothing, when that cannot be. */
  readonly declare: (objects: readonly DeclaredObject[]) => Promise<void>;
  readonly store: AdminStore;
  readonly mint: KeyMint;
  readonly seal: SecretSeal;
  /** Keys of providers that organisations brought. */
  readonly organisationKeys: OrganisationKeys;
  /** Trees of targets that organisations keep. */
  readonly savedConfigs: SavedConfigs;
  /** Models that are kept beside those of the config file. */
  readonly deployments: Deployments;
  readonly presets: SavedConfigs;
}

export interface AccessSettings {
  readonly dataDirectory: string;
  readonly masterKey: string;
  readonly declared: readonly DeclaredObject[];
  /** `SLUICE_KEY_PEPPER`; without it the data directory keeps one. */
  readonly keyPepper?: string | undefined;
  /** `SLUICE_ENCRYPTION_KEY`; without it the data directory keeps one. */
  readonly encryptionKey?: string | undefined;
}

/** Rejects with `StoreError` when a secret outside of the database is not the one it was written with. */
export const openAccess = async (thread: StoreThread, settings: AccessSettings): Promise<OpenedAccess> => {
  const mint = new PepperedKeys(await keyPepper(settings.keyPepper, settings.dataDirectory));
  await checkPepper(thread, mint);
  const declare = (objects: readonly DeclaredObject[]): Promise<void> => declareObjects(thread, mint, objects);
  await declare(settings.declared).catch(refused);
  const source = directorySource(thread);
  const seal = await OrganisationSeal.open(
    await encryptionKey(settings.encryptionKey, settings.dataDirectory),
    dataKeys(thread),
  ).catch(refused);
  const keys = await Directory.open({
    source,
    keys: mint,
    masterKey: settings.masterKey,
    nowMs: systemClock.wallMs,
  });
  const organisationKeys = await OpenedOrganisationKeys.open(source, seal).catch(refused);
  const savedConfigs = await SavedTrees.open(source, 'config');
  const presets = await SavedTrees.open(source, 'preset');
  const deployments = await OpenedDeployments.open(source, {
    seal,
    credentials: organisationKeys,
    reader: deploymentReader(process.env),
  }).catch(refused);
  const store = new SqliteAdminStore(thread);
  return { declare, keys, store, mint, seal, organisationKeys, savedConfigs, presets, deployments };
};

/** Another pepper would make every key unknown, which looks like a theft of all of them. */
const checkPepper = async (thread: StoreThread, mint: KeyMint): Promise<void> => {
  const value = mint.hash('start check');
  if ((await thread.call('seals.startCheck', { name: 'key-pepper', value })) === value) return;
  throw new StoreError(
    'The keys in this data directory were made with another pepper. Set SLUICE_KEY_PEPPER to the former one, or put the file key-pepper back.',
  );
};

const refused = (error: unknown): never => {
  throw new StoreError(error instanceof Error ? error.message : String(error));
};
