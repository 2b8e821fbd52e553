import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OrganisationSeal } from '../../adapters/seal/organisation-seal.ts';
import { dataKeys } from '../../adapters/sqlite/object-store.ts';
import { StoreThread } from '../../adapters/sqlite/store-thread.ts';
import { exitCodes, type Given, type Terminal } from '../cli/command.ts';
import { dataDirectoryOf } from '../launch/launch-settings.ts';
import { checkedKey, encryptionKey } from './encryption-key.ts';

/** `sluice encryption-key`: wraps the data keys by the key in `SLUICE_NEW_ENCRYPTION_KEY`. The gateway must be stopped. */
export const changeEncryptionKey = async (given: Given, { environment, out, err }: Terminal): Promise<number> => {
  const directory = dataDirectoryOf(given.flags, environment);
  const wanted = environment['SLUICE_NEW_ENCRYPTION_KEY'] ?? '';
  if (wanted === '' || !existsSync(join(directory, 'sluice.db'))) {
    err(
      wanted === ''
        ? 'Set SLUICE_NEW_ENCRYPTION_KEY to the new key, and SLUICE_ENCRYPTION_KEY to the one in use unless the data directory keeps it.'
        : `There is no database in ${directory}. Name the data directory with --data.`,
    );
    return exitCodes.failed;
  }
  try {
    const to = checkedKey('SLUICE_NEW_ENCRYPTION_KEY', wanted);
    const from = await encryptionKey(environment['SLUICE_ENCRYPTION_KEY'], directory);
    const thread = await StoreThread.open(directory);
    try {
      const count = await OrganisationSeal.rewrap(from, to, dataKeys(thread));
      // Left there, it would be taken for the key in force.
      await rm(join(directory, 'encryption-key'), { force: true });
      out(`${count} data keys are wrapped by the new key. Start with SLUICE_ENCRYPTION_KEY set to it from now on.`);
    } finally {
      await thread.close();
    }
    return exitCodes.ok;
  } catch (error) {
    err(error instanceof Error ? error.message : String(error));
    return exitCodes.failed;
  }
};
