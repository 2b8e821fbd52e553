import { type Frame, frameHeadBytes, maxRecordBytes, readFrames } from '../../core/ledger/journal-frame.ts';
import { segmentBytes } from './journal-segments.ts';

const pieceBytes = 256 * 1024;

/** What was read of a segment at one go. */
export interface Piece {
  readonly frames: readonly Frame[];
  /** Nothing is left before `untilByte`. */
  readonly ended: boolean;
  /** It ends with a whole record. */
  readonly whole: boolean;
  /** Why nothing behind the frames can be read. */
  readonly damage: Error | undefined;
}

/**
 * Reads on in a segment, piece by piece, so that a long backlog needs no more memory than a short one; at least one record, when one is whole. `untilByte`: where it ended when reading
 * began, since a journal that grows as fast as it is read would never be done.
 */
export const readPiece = (
  folder: string,
  name: string,
  { fromByte, untilByte }: { readonly fromByte: number; readonly untilByte: number },
): Piece => {
  for (let most = pieceBytes; ; most = frameHeadBytes + maxRecordBytes + 1) {
    const mostBytes = Math.min(most, Math.max(0, untilByte - fromByte));
    const bytes = segmentBytes(folder, name, { fromByte, mostBytes });
    const { frames, end } = readFrames(bytes);
    const piece = { frames, ended: fromByte + bytes.length >= untilByte, whole: end.kind === 'whole' };
    if (end.kind === 'damaged') return { ...piece, damage: damaged(name, fromByte + end.atByte, end.why) };
    if (frames.length > 0 || piece.ended) return { ...piece, damage: undefined };
    // Not even one record: it is longer than the piece, or damaged.
    if (most > maxRecordBytes) return { ...piece, damage: damaged(name, fromByte, 'is too long') };
  }
};

export const damaged = (name: string, atByte: number, why: string): Error =>
  new Error(
    `The journal is damaged: in journal/${name} the record at byte ${atByte} ${why}, and others were written after it. ` +
      'Restore a backup, or start with --accept-loss to go on without this record and those behind it in the file.',
  );
