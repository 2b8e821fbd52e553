import { join } from 'node:path';
import type { MasterKey } from '../gateway-settings.ts';
import { keptSecret } from './kept-secret.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const randomLength = 32;

/** The key that was set, else the one this data directory keeps, else a new one that it keeps from now on. */
export const masterKeyOf = async (set: string | undefined, dataDirectory: string): Promise<MasterKey> => {
  if (set !== undefined && set !== '') return { value: set, made: false };
  return keptSecret(join(dataDirectory, 'master-key'), makeMasterKey);
};

/** `sk-sluice-` and 32 letters and digits, each equally likely. */
export const makeMasterKey = (): string => {
  let random = '';
  while (random.length < randomLength) {
    for (const byte of crypto.getRandomValues(new Uint8Array(64))) {
      // 248 is the largest multiple of 62 in a byte; bytes above it would favour the first letters.
      if (byte < 248 && random.length < randomLength) random += alphabet[byte % alphabet.length];
    }
  }
  return `sk-sluice-${random}`;
};
