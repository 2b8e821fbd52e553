import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * The secret that a file keeps, else a new one that it keeps from now on, readable by its owner only. Of two starts at once one makes it, and the other reads it
 * whole.
 */
export const keptSecret = async (
  path: string,
  make: () => string,
): Promise<{ readonly value: string; readonly made: boolean }> => {
  const kept = await readKept(path);
  if (kept !== undefined) return { value: kept, made: false };
  const value = make();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Written beside and linked into place, so that nobody reads half of it.
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

export const readKept = async (path: string): Promise<string | undefined> => {
  try {
    const kept = (await readFile(path, 'utf8')).trim();
    return kept === '' ? undefined : kept;
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
};
