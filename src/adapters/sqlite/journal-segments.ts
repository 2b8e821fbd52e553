import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { type Frame, type FrameEnd, readFrames } from '../../core/ledger/journal-frame.ts';

/** Segments of the journal, oldest first: `00000001.log` … */
export const segmentsIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^\d{8}\.log$/.test(name))
        .sort()
    : [];

export interface SegmentPart {
  readonly frames: readonly Frame[];
  readonly end: FrameEnd;
  /** Where the next reading begins. */
  readonly nextByte: number;
}

/** Reads what a segment holds behind a byte, up to another. */
export const readSegment = (folder: string, name: string, fromByte: number): SegmentPart => {
  const bytes = readFileSync(join(folder, name)).subarray(fromByte);
  const { frames, end } = readFrames(bytes);
  return { frames, end, nextByte: fromByte + (end.kind === 'whole' ? bytes.length : end.atByte) };
};

/** Cuts what follows the last whole record. What was cut away is kept beside it as `NNNNNNNN.log.cut`, for whoever wants to look. */
export const cutTail = (folder: string, name: string, atByte: number): void => {
  copyFileSync(join(folder, name), join(folder, `${name}.cut`));
  truncateSync(join(folder, name), atByte);
};

export const removeSegment = (folder: string, name: string): void => rmSync(join(folder, name), { force: true });
