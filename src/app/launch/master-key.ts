import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MasterKey } from '../gateway-settings.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const randomLength = 32;

/** The key that was set, else the one this data directory keeps, else a new one that it keeps from now on. */
export const masterKeyOf = async (set: string | undefined, dataDirectory: string): Promise<MasterKey> => {
  if (set !== undefined && set !== '') return { value: set, made: false };
  const path = join(dataDirectory, 'master-key');
  const kept = await readKept(path);
  if (kept !== undefined) return { value: kept, made: false };
  const value = makeMasterKey();
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  // Written beside and linked into place, so that of two starts at once one makes the key and the other reads it whole.
  const draft = `${path}.${crypto.randomUUID()}`;
  try {
    await writeFile(draft, `${value}\n`, { mode: 0o600, flag: 'wx' });
    await link(draft, path);
    return { value, made: true };
  } catch (error) {
    const other = await readKept(path);
    if (other === undefined) throw error;
    return { value: other, made: false };
  } finally {
    await rm(draft, { force: true });
  }
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

const readKept = async (path: string): Promise<string | undefined> => {
  try {
    const kept = (await readFile(path, 'utf8')).trim();
    return kept === '' ? undefined : kept;
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
};
