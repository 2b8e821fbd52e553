import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';

/** Segments of the journal, oldest first: `00000001.log` … */
export const segmentsIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^\d{8}\.log$/.test(name))
        .sort()
    : [];

export const segmentSize = (folder: string, name: string): number => statSync(join(folder, name)).size;

/** What a segment holds from a byte on; no more than `mostBytes` of it. */
export const segmentBytes = (
  folder: string,
  name: string,
  { fromByte, mostBytes = Number.POSITIVE_INFINITY }: { readonly fromByte: number; readonly mostBytes?: number },
): Uint8Array => {
  const file = openSync(join(folder, name), 'r');
  try {
    const bytes = new Uint8Array(Math.min(mostBytes, Math.max(0, fstatSync(file).size - fromByte)));
    let read = 0;
    while (read < bytes.length) {
      const more = readSync(file, bytes, read, bytes.length - read, fromByte + read);
      if (more === 0) break;
      read += more;
    }
    return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
};

/** Cuts what follows the last whole record, and answers how many bytes that were. They are kept beside it as `NNNNNNNN.log.cut`, for whoever wants to look. */
export const cutTail = (folder: string, name: string, atByte: number): number => {
  const path = join(folder, name);
  const size = segmentSize(folder, name);
  copyFileSync(path, `${path}.cut`);
  truncateSync(path, atByte);
  return size - atByte;
};

export const removeSegment = (folder: string, name: string): void => rmSync(join(folder, name), { force: true });
