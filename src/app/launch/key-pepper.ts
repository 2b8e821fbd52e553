import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { StoreError } from '../store-error.ts';
import { keptSecret } from './kept-secret.ts';

const shortest = 32;

/** What keys are hashed with: `SLUICE_KEY_PEPPER`, else what the data directory keeps. It is never in the database. Rejects with `StoreError` when it is too short. */
export const keyPepper = async (set: string | undefined, dataDirectory: string): Promise<Uint8Array> => {
  const text =
    set === undefined || set === ''
      ? (await keptSecret(join(dataDirectory, 'key-pepper'), () => randomBytes(32).toString('base64url'))).value
      : set;
  if (text.length < shortest)
    throw new StoreError(
      `The pepper for keys has ${text.length} characters, and must have ${shortest} or more. Set SLUICE_KEY_PEPPER to the output of "openssl rand -hex 32".`,
    );
  return createHash('sha256').update(text).digest();
};
