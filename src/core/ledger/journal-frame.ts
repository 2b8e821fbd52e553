import { crc32 } from '../stream/crc32.ts';

/** Length, CRC-32 of what follows it, sequence, epoch: four numbers of 4, 4, 8 and 4 bytes, little-endian, before the record's text. */
export const frameHeadBytes = 20;
/** Nothing the gateway writes is longer; a length beyond it is damage. */
export const maxRecordBytes = 1 << 20;

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder('utf-8', { fatal: true });

/** One record as it stands in the file. `sequence` counts records of a journal, `epoch` starts of the process. */
export const writeFrame = (text: string, at: { readonly sequence: number; readonly epoch: number }): Uint8Array => {
  const body = utf8.encode(text);
  const frame = new Uint8Array(frameHeadBytes + body.length);
  frame.set(body, frameHeadBytes);
  writeFrameHead(frame, { from: 0, to: frame.length }, at);
  sealFrame(frame, 0, crc32(frame, summedFrom));
  return frame;
};

/** From here on, seen from its beginning, a frame is in its own checksum. */
export const summedFrom = 8;

/**
 * Writes the head of a frame that stands between two places of `bytes`; its text is there already, `frameHeadBytes` behind the first. The checksum is not
 * in it: see `sealFrame`.
 */
export const writeFrameHead = (
  bytes: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
  at: { readonly sequence: number; readonly epoch: number },
): void => {
  putNumber(bytes, from, to - from - frameHeadBytes);
  putNumber(bytes, from + 8, at.sequence >>> 0);
  putNumber(bytes, from + 12, Math.floor(at.sequence / 0x1_0000_0000));
  putNumber(bytes, from + 16, at.epoch);
};

/** Puts the CRC-32 of what stands from `summedFrom` on into a frame's head. Given by who calls: the runtime has a quicker one than this folder may use. */
export const sealFrame = (bytes: Uint8Array, from: number, checksum: number): void =>
  putNumber(bytes, from + 4, checksum);

/** By hand: a view of the buffer costs more than the whole record. */
const putNumber = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
};

export interface Frame {
  readonly text: string;
  readonly sequence: number;
  readonly epoch: number;
  /** Where the next record begins, from the beginning of the bytes. */
  readonly nextByte: number;
}

/** How reading a segment ended. `torn`: the last record is not whole, as a cut leaves it. `damaged`: a record that cannot be, with more behind it. */
export type FrameEnd =
  | { readonly kind: 'whole' }
  | { readonly kind: 'torn'; readonly atByte: number }
  | { readonly kind: 'damaged'; readonly atByte: number; readonly why: string };

/** Reads frames from a segment's bytes, in order, and says how it ended. */
export const readFrames = (bytes: Uint8Array): { readonly frames: readonly Frame[]; readonly end: FrameEnd } => {
  const frames: Frame[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < bytes.length) {
    const length = bytes.length - at < frameHeadBytes ? undefined : view.getUint32(at, true);
    const next = length === undefined ? Number.MAX_SAFE_INTEGER : at + frameHeadBytes + length;
    if (length === undefined || next > bytes.length) {
      return { frames, end: cutOrDamaged(bytes, at, length) };
    }
    const why = length > maxRecordBytes ? 'is too long' : checkSum(bytes, { at, next, view });
    // A file system may keep a file's new length without its new bytes, so a bad record with nothing good behind it is a torn tail too.
    if (why !== undefined)
      return {
        frames,
        end: laterFrame(bytes, at + 1) ? { kind: 'damaged', atByte: at, why } : { kind: 'torn', atByte: at },
      };
    const frame = frameAt(bytes, { at, next, view });
    if (frame === undefined) return { frames, end: { kind: 'damaged', atByte: at, why: 'is not UTF-8' } };
    frames.push(frame);
    at = next;
  }
  return { frames, end: { kind: 'whole' } };
};

const cutOrDamaged = (bytes: Uint8Array, at: number, length: number | undefined): FrameEnd =>
  length !== undefined && laterFrame(bytes, at + 1)
    ? { kind: 'damaged', atByte: at, why: 'has a length beyond the file' }
    : { kind: 'torn', atByte: at };

const checkSum = (bytes: Uint8Array, frame: FramePlace): string | undefined =>
  crc32(bytes, frame.at + summedFrom, frame.next) === frame.view.getUint32(frame.at + 4, true)
    ? undefined
    : 'does not match its checksum';

/** Whether a whole record stands anywhere behind `from`: then what is bad before it was not the end of the file. */
const laterFrame = (bytes: Uint8Array, from: number): boolean => !(laterFrames(bytes, from).next().done ?? false);

/** Whole records behind damage, wherever they begin. */
export function* laterFrames(bytes: Uint8Array, from: number): Generator<Frame, undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = from; at + frameHeadBytes < bytes.length; at++) {
    const length = view.getUint32(at, true);
    const next = at + frameHeadBytes + length;
    if (length === 0 || length > maxRecordBytes || next > bytes.length) continue;
    if (bytes[at + frameHeadBytes] !== openBrace || checkSum(bytes, { at, next, view }) !== undefined) continue;
    const frame = frameAt(bytes, { at, next, view });
    if (frame === undefined) continue;
    yield frame;
    at = next - 1;
  }
  return undefined;
}

interface FramePlace {
  readonly at: number;
  readonly next: number;
  readonly view: DataView;
}

const frameAt = (bytes: Uint8Array, { at, next, view }: FramePlace): Frame | undefined => {
  const text = textOf(bytes.subarray(at + frameHeadBytes, next));
  if (text === undefined) return undefined;
  const sequence = Number(view.getBigUint64(at + 8, true));
  return { text, sequence, epoch: view.getUint32(at + 16, true), nextByte: next };
};

const openBrace = 0x7b;

const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return fromUtf8.decode(bytes);
  } catch {
    return undefined;
  }
};
