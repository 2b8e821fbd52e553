import { type Frame, type FrameEnd, laterFrames, readFrames } from './journal-frame.ts';
import { readJournalRecord } from './journal-record.ts';

/** The bit of a frame's epoch that says: this process marks what it has synced. */
export const marksSyncs = 0x8000_0000;

export interface SegmentBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ReadSegment {
  readonly name: string;
  readonly frames: readonly Frame[];
  /**
   * `torn`: what follows was never promised: the end of what was being written, also with whole records behind a gap when the journal's marks prove that the
   * disk had been asked for none of them. `damaged`: something that was promised cannot be read.
   */
  readonly end: FrameEnd;
}

/** Reads a journal that nobody writes to, oldest segment first, and says of every end that is not whole whether a promise was lost. */
export const readJournal = (segments: readonly SegmentBytes[]): readonly ReadSegment[] => {
  const read = segments.map(({ name, bytes }) => ({ name, bytes, ...readFrames(bytes) }));
  let last: Frame | undefined;
  return read.map(({ name, bytes, frames, end }, index) => {
    last = frames.at(-1) ?? last;
    if (end.kind === 'whole') return { name, frames, end };
    const behind = [
      ...laterFrames(bytes, end.atByte + 1),
      ...read.slice(index + 1).flatMap((later) => [...later.frames]),
    ];
    return {
      name,
      frames,
      end: endOf(end, { last, ownLast: frames.at(-1), behind, isLast: index === read.length - 1 }),
    };
  });
};

interface Around {
  /** The last whole record before the end, in this segment or an earlier one. */
  readonly last: Frame | undefined;
  /** The same, of this segment only. */
  readonly ownLast: Frame | undefined;
  /** Whole records after it, here and in later segments. */
  readonly behind: readonly Frame[];
  readonly isLast: boolean;
}

const endOf = (
  end: Exclude<FrameEnd, { readonly kind: 'whole' }>,
  { last, ownLast, behind, isLast }: Around,
): FrameEnd => {
  const { atByte } = end;
  // What another process wrote behind it says nothing: it had cut what it found torn.
  const epoch = ownLast?.epoch ?? behind[0]?.epoch;
  const ours = behind.filter((frame) => frame.epoch === epoch);
  if (epoch === undefined || (epoch & marksSyncs) === 0)
    return end.kind === 'torn' && !isLast && ours.length > 0 ? { kind: 'damaged', atByte, why: notWhole } : end;
  if (ours.length === 0) return end;
  return isMissing(last?.epoch === epoch ? last.sequence : 0, ours)
    ? { kind: 'damaged', atByte, why: end.kind === 'damaged' ? end.why : notWhole }
    : { kind: 'torn', atByte };
};

/** Whether a record that the marks call synced stands nowhere. After a failed sync, records were written a second time. */
const isMissing = (after: number, behind: readonly Frame[]): boolean => {
  let synced = after;
  const found = new Set<number>();
  for (const { text, sequence } of behind) {
    found.add(sequence);
    const record = readJournalRecord(text);
    if (record?.kind === 'synced') synced = Math.max(synced, record.sequence);
  }
  for (let sequence = after + 1; sequence <= synced; sequence++) if (!found.has(sequence)) return true;
  return false;
};

const notWhole = 'is not whole';
