import { closeSync, fdatasync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** One segment that is being written. */
export interface JournalFile {
  /** Appends bytes from `from` to `to`; answers how many were taken. Throws the system's error (a full disk). */
  write(bytes: Uint8Array, from: number, to: number): number;
  /** Resolves when what was written before the call is on the disk. */
  sync(): Promise<void>;
  close(): void;
}

/** Where segments are kept. */
export interface JournalStorage {
  /** Makes a segment; none of that name may exist. Its name is on the disk for good when this returns. */
  create(name: string): JournalFile;
}

/** Segments as files of a folder. */
export const folderStorage = (folder: string): JournalStorage => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    create: (name) => {
      const file = openSync(join(folder, name), 'ax', 0o600);
      syncFolder(folder);
      return {
        write: (bytes, from, to) => writeSync(file, bytes, from, to - from),
        sync: () =>
          new Promise((resolve, reject) => {
            fdatasync(file, (error) => (error === null || error === undefined ? resolve() : reject(error)));
          }),
        close: () => closeSync(file),
      };
    },
  };
};

/** A synced file whose name was not synced may be gone after a power cut. */
const syncFolder = (folder: string): void => {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
