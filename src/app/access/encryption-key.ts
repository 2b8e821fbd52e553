import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type EncryptionKey, encryptionKeyOf } from '../../adapters/seal/aes-seal.ts';
import { keptSecret } from '../launch/kept-secret.ts';
import { StoreError } from '../store-error.ts';

const shortest = 32;

/** What provider credentials are sealed with: `SLUICE_ENCRYPTION_KEY`, else what the data directory keeps. Rejects with `StoreError` when it is too short. */
export const encryptionKey = async (set: string | undefined, dataDirectory: string): Promise<EncryptionKey> => {
  if (set !== undefined && set !== '') return checkedKey('SLUICE_ENCRYPTION_KEY', set);
  const path = join(dataDirectory, 'encryption-key');
  return checkedKey(path, (await keptSecret(path, () => randomBytes(32).toString('base64url'))).value);
};

/** Throws `StoreError`; `from` says where the text was found. */
export const checkedKey = (from: string, text: string): EncryptionKey => {
  if (text.length >= shortest) return encryptionKeyOf(text);
  throw new StoreError(
    `${from} has ${text.length} characters, and must have ${shortest} or more. Make one with "openssl rand -hex 32".`,
  );
};
